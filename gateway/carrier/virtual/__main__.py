"""``python -m gateway.carrier.virtual``: the carrier in a box on a port of this machine."""

from __future__ import annotations

import os
import secrets
import signal
import sys
import threading
from pathlib import Path

import click

from config.site_file import SiteFileError, read_site
from gateway.carrier.virtual.directory import Directory, GatewayAddresses, move_in
from gateway.carrier.virtual.server import VirtualCarrier


@click.command(help="The telephone company in a box, with a page of phones.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="0 takes a free one.")
@click.option("--site", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True)
@click.option("--gateway-url", required=True, help="Where the gateway takes its webhooks: its PUBLIC_URL.")
@click.option(
    "--decisions-url", help="Where the page learns what the gateway decided, as JSON; see gateway.demo."
)
@click.option("--chat-page", help="The address of the citizens' chat, to be shown beside the phones.")
def main(
    host: str, port: int, site: Path, gateway_url: str, decisions_url: str | None, chat_page: str | None
) -> None:
    missing = [name for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN") if not os.environ.get(name)]
    if missing:
        raise click.UsageError(f"not set in the environment: {', '.join(missing)}")
    try:
        directory = Directory.of(read_site(site.read_text(encoding="utf-8")))
    except SiteFileError as error:
        raise click.UsageError("\n".join(f"{site}:{p.line}: {p.message}" for p in error.problems)) from error
    try:
        carrier = VirtualCarrier(
            account_sid=os.environ["TWILIO_ACCOUNT_SID"],
            auth_token=os.environ["TWILIO_AUTH_TOKEN"],
            host=host,
            port=port,
            directory=directory,
            decisions_url=decisions_url,
            chat_page=chat_page,
            # The gateway remembers the calls of the start before: theirs must not be taken for new ones.
            seed=secrets.randbits(64),
        )
    except (OSError, SystemExit) as error:
        raise click.ClickException(f"port {port} of {host} cannot be had") from error
    move_in(carrier.exchange, directory, GatewayAddresses(gateway_url))
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with carrier:
        print(f"REST {carrier.url}", f"phones {carrier.url}/phones/", sep="\n", flush=True)
        stopped.wait()
    for complaint in carrier.exchange.complaints:
        print(f"complaint: {complaint}", file=sys.stderr)


if __name__ == "__main__":
    main()
