"""``akutlinjen staff``: access for staff and their programs."""

from __future__ import annotations

import click

from config.site import Site
from config.spelling import did_you_mean
from gateway.accounts import links, lost_phone, tokens
from gateway.audit.log import COMMAND_LINE, Action
from gateway.cli.desk import desk
from gateway.cli.errors import BadInput

WORKER = click.argument("worker")


@click.group()
def staff() -> None:
    """Access for staff."""


@staff.command()
@WORKER
def token(worker: str) -> None:
    """Print a new bearer token of WORKER, for the API and the staff socket.

    It is shown this once: only a hash of it is kept. Those given before stay good until "staff revoke".
    """
    with desk() as at:
        _known(at.site(), worker)
        with at.store.write() as connection:
            issued = tokens.issue(connection, worker, at.now)
            at.audit.record(
                connection, at=at.now, actor=COMMAND_LINE, action=Action.TOKEN_ISSUED, worker=worker
            )
    click.echo(issued)


@staff.command()
@WORKER
def revoke(worker: str) -> None:
    """Take back every bearer token of WORKER, who need not be in the site any more."""
    with desk() as at, at.store.write() as connection:
        taken = tokens.revoke_all(connection, worker, at.now)
        at.audit.record(
            connection, at=at.now, actor=COMMAND_LINE, action=Action.TOKEN_REVOKED, worker=worker, count=taken
        )
    click.echo(f"revoked: {taken}")


@staff.command()
@WORKER
def link(worker: str) -> None:
    """Print a link that signs WORKER in once, within ten minutes: for whoever can't get it by SMS yet."""
    with desk() as at:
        _known(at.site(), worker)
        with at.store.write() as connection:
            address = links.hand_out(
                connection, at.settings.public_url, at.settings.keys().secret_key, worker, at.now
            )
            at.audit.record(
                connection, at=at.now, actor=COMMAND_LINE, action=Action.SIGN_IN_LINK_SENT, worker=worker
            )
    click.echo(address)


@staff.command()
@WORKER
def reset(worker: str) -> None:
    """Sign WORKER out everywhere and remove their passkeys: for a phone that is lost.

    Afterwards a link by SMS, or "staff link", lets them in again, and an administrator add a passkey.
    """
    with desk() as at, at.store.write() as connection:
        gone = lost_phone.shut_out(connection, at.audit, worker, at.now, by=COMMAND_LINE)
    click.echo(f"signed out: {gone.sessions}, passkeys removed: {gone.passkeys}")


def _known(site: Site, worker: str) -> None:
    if worker not in site.workers:
        near = did_you_mean(worker, site.workers) or f"; known are {', '.join(site.workers)}"
        raise BadInput(f'worker "{worker}" is not in the site{near}')
