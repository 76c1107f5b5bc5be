"""``akutlinjen web``, ``chat``, ``worker``, ``clock``: one process each; ``akutlinjen up``: all of them."""

from __future__ import annotations

import os
import socket
import sys
import time
from contextlib import ExitStack
from dataclasses import replace

import click

from config import logs
from config.addresses import Bind
from config.settings import Settings
from gateway.cli.environment import settings_for_service
from gateway.cli.errors import BadInput, Failure
from gateway.processes import Ending, GaveUpError, Process, supervise
from gateway.processes.web_server import chat_server, web_server
from gateway.redis_server import RedisServerError, embedded_redis

WEB_APP = "gateway.app:create_app"
CHAT_APP = "chat.server:create_app"  # by name: the gateway may not import the chat
MOST_WEB_PROCESSES = 64
# Server processes of a web that was killed may be listening for a moment still.
LINGER_SECONDS = 3.0
LOOK_AGAIN_SECONDS = 0.1

log = logs.get("process")


@click.command()
@click.option(
    "--processes",
    type=click.IntRange(1, MOST_WEB_PROCESSES),
    default=1,
    show_default=True,
    help="Server processes; about one a core.",
)
def web(processes: int) -> None:
    """The web process: calls, SMS, staff pages, API. Listens on WEB_BIND."""
    settings = settings_for_service()
    _require_free("WEB_BIND", settings.web_bind, LINGER_SECONDS)
    logs.configure(strict=False)
    web_server(WEB_APP, settings.web_bind, processes).serve()


@click.command()
def chat() -> None:
    """The chat process: citizens and workers who write to each other. Listens on CHAT_BIND."""
    settings = settings_for_service()
    _require_free("CHAT_BIND", settings.chat_bind)
    logs.configure(strict=False)
    chat_server(CHAT_APP, settings.chat_bind).run()


@click.command()
def worker() -> None:
    """The process that does the jobs. Needs REDIS_URL."""
    _become("workers.run")


@click.command()
def clock() -> None:
    """The periodic jobs, and the watchdog, which works without Redis."""
    _become("workers.clock")


@click.command()
@click.option(
    "--web-processes",
    type=click.IntRange(1, MOST_WEB_PROCESSES),
    default=1,
    show_default=True,
    help="Server processes for the web; about one a core.",
)
def up(web_processes: int) -> None:
    """Every process on this machine, for real settings; prints "ready" when they are.

    Without REDIS_URL a server of our own is started too. What crashes is started again. Ctrl-C ends all.
    """
    settings = settings_for_service()
    for name, bind in (("WEB_BIND", settings.web_bind), ("CHAT_BIND", settings.chat_bind)):
        if bind.port == 0:
            raise BadInput(f"{name} has port 0; give the port that the others shall find it at")
    logs.configure(strict=False)
    try:
        with ExitStack() as stack:
            processes = [
                Process(
                    "web",
                    command("web", "--processes", str(web_processes)),
                    ready_url=f"http://{_reachable(settings.web_bind)}/health/ready",
                ),
                Process(
                    "chat",
                    command("chat"),
                    ready_url=f"http://{_reachable(settings.chat_bind)}/health/ready",
                ),
                Process("worker", command("worker")),
                Process("clock", command("clock")),
            ]
            supervise(
                with_redis(processes, settings, stack),
                when_ready=lambda: click.echo("ready"),
                when_ended=log_ending,
            )
    except (GaveUpError, RedisServerError) as error:
        raise Failure(str(error)) from error


def command(*arguments: str) -> tuple[str, ...]:
    """The command line of ``akutlinjen`` with these arguments, run by this same Python."""
    return (sys.executable, "-m", "gateway.cli", *arguments)


def with_redis(processes: list[Process], settings: Settings, stack: ExitStack) -> list[Process]:
    """These processes with REDIS_URL set, and with a server of our own among them when it was not.

    The server's files are removed when ``stack`` is closed. Raises RedisServerError.
    """
    if settings.redis_url is not None:
        return processes
    server = stack.enter_context(embedded_redis(settings.var_dir))
    told = [replace(each, env={**each.env, "REDIS_URL": server.url}) for each in processes]
    return [Process("redis", server.argv, serves_others=True), *told]


def log_ending(ending: Ending) -> None:
    """What a supervisor of ours says when a process ended though nobody asked it to."""
    log.warning("process_ended", process=ending.name, status=ending.code, seconds=ending.restart_in_seconds)


def _become(module: str) -> None:
    """Go on as ``python -m module``, in this same process. The gateway may not import the workers."""
    if settings_for_service().redis_url is None and module == "workers.run":
        raise BadInput("REDIS_URL is not set; `akutlinjen up` starts a server of its own")
    os.execv(sys.executable, [sys.executable, "-m", module])  # noqa: S606 - our own module


def _require_free(name: str, bind: Bind, patience_seconds: float = 0.0) -> None:
    """Raises Failure where somebody listens by then, or nobody can.

    The chat's server would end without saying why; the web's would listen beside the other (SO_REUSEPORT),
    and each would get a part of the calls.
    """
    family = socket.AF_INET6 if ":" in bind.host else socket.AF_INET
    until = time.monotonic() + patience_seconds
    while True:
        try:
            socket.create_server((bind.host, bind.port), family=family).close()
        except OSError as error:
            if time.monotonic() >= until:
                raise Failure(
                    f"{name}: {error.strerror}; stop what listens there, or give another address"
                ) from error
        else:
            return
        time.sleep(LOOK_AGAIN_SECONDS)


def _reachable(bind: Bind) -> str:
    """Where this machine itself reaches a server that listens there."""
    anywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound
    return str(Bind(anywhere.get(bind.host, bind.host), bind.port))
