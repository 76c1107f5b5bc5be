"""``akutlinjen demo``: everything on this machine, with telephones in the browser and no account anywhere."""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from config import logs
from config.keys import local_keys
from config.settings import Settings
from config.site import Channel, Role, Site
from gateway.cli.errors import BadInput, Failure
from gateway.cli.processes import command, log_ending, with_redis
from gateway.demo.panel_server import PanelServer
from gateway.demo.seeding import Seeded, seed
from gateway.demo.surroundings import DEFAULT_PORT, HOST, SITE, Ports, PortTakenError, demo_environment
from gateway.demo.ways_in import on_duty, sign_in_links
from gateway.processes import GaveUpError, Process, supervise
from gateway.redis_server import RedisServerError
from gateway.store.engine import StoreUnavailableError
from gateway.store.migrate import SchemaError

FOLDER = "demo"
LAST_BASE = 65533


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, LAST_BASE),
    default=DEFAULT_PORT,
    show_default=True,
    help="The gateway's; the chat and the phones take the next two. 0: any that are free.",
)
def demo(port: int) -> None:
    """Everything on this machine: gateway, worker, clock, database, queue, and a telephone company in a box.

    No account anywhere, and nothing leaves this machine. What happens is kept in the folder "demo" of
    AKUTLINJEN_VAR ("var"); a second start goes on with it. Ctrl-C stops everything.
    """
    var_dir = Path(os.environ.get("AKUTLINJEN_VAR") or "var").resolve() / FOLDER
    try:
        with _alone_in(var_dir):
            _run(port, var_dir)
    except PortTakenError as error:
        raise BadInput(f"{error}; choose another: akutlinjen demo --port {_other(port)}") from error
    except (GaveUpError, RedisServerError, StoreUnavailableError, SchemaError) as error:
        raise Failure(f"{error}; what the processes said is in {var_dir / 'logs'}") from error


def _run(port: int, var_dir: Path) -> None:
    ports = Ports.from_base(port)
    environment = demo_environment(ports, var_dir, local_keys(var_dir / "keys.json"))
    # Also for what this process itself does from here on.
    os.environ.update(environment)
    logs.configure(strict=False)
    settings = Settings.from_environment(environment)
    seeded = seed(settings, datetime.now(UTC))
    with ExitStack() as stack:
        panel = stack.enter_context(PanelServer(seeded.site, settings.database_url))
        chat = _chat_page(ports, seeded.site)
        processes = with_redis(_processes(ports, environment, panel.url, chat), settings, stack)
        supervise(
            [_with_log(each, var_dir / "logs") for each in processes],
            when_ready=lambda: click.echo(_welcome(ports, seeded, var_dir, settings)),
            when_ended=log_ending,
        )
    click.echo("Stopped.")


def _chat_page(ports: Ports, site: Site) -> str:
    """The citizens' page, at the first line that can be written to."""
    line = next(line for line in site.lines.values() if Channel.CHAT in line.hours)
    return f"{ports.url(ports.chat)}/?line={line.id}"


def _processes(
    ports: Ports, environment: Mapping[str, str], decisions_url: str, chat_page: str
) -> list[Process]:
    phones = (
        sys.executable, "-m", "gateway.carrier.virtual", "--host", HOST, "--port", str(ports.page),
        "--site", str(SITE), "--gateway-url", ports.url(ports.web), "--decisions-url", decisions_url,
        "--chat-page", chat_page,
    )  # fmt: skip
    return [
        Process(
            "phones", phones, environment, ready_url=f"{ports.url(ports.page)}/phones/", serves_others=True
        ),
        Process("web", command("web"), environment, ready_url=f"{ports.url(ports.web)}/health/ready"),
        Process("chat", command("chat"), environment, ready_url=f"{ports.url(ports.chat)}/health/ready"),
        Process("worker", command("worker"), environment),
        Process("clock", command("clock"), environment),
    ]


def _with_log(process: Process, folder: Path) -> Process:
    """Their events go into files: what a newcomer needs to see is few lines."""
    folder.mkdir(exist_ok=True)
    log = folder / f"{process.name}.log"
    log.unlink(missing_ok=True)
    return replace(process, log=log)


@contextmanager
def _alone_in(var_dir: Path) -> Iterator[None]:
    """Two demos on one database would ring each other's phones. Raises Failure while another runs."""
    var_dir.mkdir(parents=True, exist_ok=True)
    with (var_dir / "lock").open("wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            words = f"a demo runs already in {var_dir}; stop it, or set AKUTLINJEN_VAR to another folder"
            raise Failure(words) from error
        yield


def _other(port: int) -> int:
    return port + 100 if port + 100 <= LAST_BASE else DEFAULT_PORT


def _welcome(ports: Ports, seeded: Seeded, var_dir: Path, settings: Settings) -> str:
    page, gateway = ports.url(ports.page), ports.url(ports.web)
    # By this name browsers have passkeys on the own machine; by its number they have none.
    pages = f"http://localhost:{ports.web}"
    ways_in = sign_in_links(settings, seeded.site, pages, datetime.now(UTC))
    now_on_duty = on_duty(settings, seeded.site, pages, datetime.now(UTC))
    who = {role: next(each for each in seeded.site.workers.values() if role in each.roles) for role in Role}
    lines = [
        "",
        "Akutlinjen runs. Nothing leaves this machine.",
        "",
        f"  Open this     {page}/phones/",
        "                a citizen's phone, the duty phones, and what the gateway decides and why",
        f"  A chat        {_chat_page(ports, seeded.site)}",
        "                the citizen's page; it is on the page above, too",
        f"  Staff's pages {pages}/sign-in",
        f"  The roster    {pages}/roster",
        "                the coordinator's calendar: sign in with the coordinator's link below",
        f"  The API       {gateway}/api/v1/openapi.json",
        f"  Health        {gateway}/health/ready",
        "",
        "Sign-in links, each good once and for ten minutes (later: by SMS, to a phone on the page above):",
        *(f"  {role:<14}{who[role].name:<8}{link}" for role, link in ways_in.items()),
        *([f"  {'on duty now':<14}{now_on_duty[0].name:<8}{now_on_duty[1]}"] if now_on_duty else []),
        "",
        "Bearer tokens for the API, good until the next start:",
        *(f"  {role:<14}{who[role].name:<8}{token}" for role, token in seeded.tokens.items()),
        "",
        f"What happens is kept in {var_dir}. Ctrl-C stops everything.",
    ]
    return "\n".join(lines)
