"""Swaps of Bo's evening, made as the two workers make them, that wait for a coordinator's yes."""

from __future__ import annotations

from gateway.rosters import swapping
from gateway.rosters.editing import editing
from gateway.store import roster_lines, roster_versions
from gateway.store.roster_lines import LineSettings
from tests.flows.world import World

NIELS = ("foenix", 1, "niels", "2026-11-27 15:00", "2026-11-27 23:00")


def key(world: World, worker: str) -> int:
    """Of the worker's only shift on Fønix."""
    with world.store.read() as connection:
        version = roster_versions.newest(connection).roster.version
        rows = roster_versions.published_at(connection, version, lines=["foenix"])
        (found,) = [row.key for row in rows if row.shift.worker == worker]
    return found


def offered(world: World, *, back: bool = False) -> str:
    """Bo's shift to Niels, perhaps for his: the swap's id."""
    with editing(world.gateway, "bo") as edit:
        roster_lines.set_settings(edit.connection, "foenix", LineSettings(swaps_need_consent=True))
        in_return = key(world, "niels") if back else None
        return swapping.offer(edit, key(world, "bo"), "niels", in_return).id


def agreed(world: World, *, back: bool = False) -> str:
    swap = offered(world, back=back)
    with editing(world.gateway, "niels") as edit:
        swapping.answer(edit, swap, accept=True)
    return swap
