"""The settings, for commands: what is wrong with them is bad input."""

from __future__ import annotations

import os

from config.settings import Settings, SettingsError
from gateway.cli.errors import BadInput


def settings_from_environment() -> Settings:
    """Raises BadInput with every problem."""
    try:
        return Settings.from_environment(os.environ)
    except SettingsError as error:
        raise BadInput(*error.problems) from error


def settings_for_service() -> Settings:
    """The same for a process that answers real calls: also raises BadInput when something is missing."""
    settings = settings_from_environment()
    try:
        settings.require_for_service()
    except SettingsError as error:
        raise BadInput(*error.problems) from error
    return settings
