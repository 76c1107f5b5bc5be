"""What the pages need to let somebody in: key, cookies, limits, sign-on. Made once at start."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from flask import current_app, request

from config.addresses import is_ip
from gateway.accounts.cookies import Jar
from gateway.accounts.oidc import SignOn
from gateway.accounts.passkeys import Party
from gateway.limits import Limit, Limits
from gateway.visitor import address_of, forwarded_for
from gateway.wiring import Gateway

EXTENSION = "door"

# For one address: an office's people may share one, and start their shifts at the same time.
LINKS_ASKED = Limit("links-asked", 30, 3600)
WRONG_LINKS = Limit("wrong-links", 20, 3600)
STEPS_BEGUN = Limit("steps-begun", 120, 600)
WRONG_STEPS = Limit("wrong-steps", 20, 600)


@dataclass(frozen=True, slots=True)
class Door:
    gateway: Gateway
    secret_key: bytes = field(repr=False)
    jar: Jar
    limits: Limits
    sign_on: SignOn | None

    @classmethod
    def of(cls, gateway: Gateway) -> Door:
        settings = gateway.settings
        return cls(
            gateway=gateway,
            secret_key=settings.keys().secret_key,
            jar=Jar(secure=settings.public_url.startswith("https://")),
            limits=Limits(settings.redis_url),
            sign_on=SignOn(settings.oidc, settings.public_url) if settings.oidc else None,
        )

    def party(self) -> Party | None:
        """Who asks for passkeys; None where browsers have none for our address."""
        site, _roster = self.gateway.book.current()
        public = urlsplit(self.gateway.settings.public_url)
        if is_ip(public.hostname or "") and request.host == f"localhost:{public.port}":
            return Party.at(f"http://{request.host}", site.name)  # the demo: the own machine by its name
        return Party.at(self.gateway.settings.public_url, site.name)

    def is_own(self, origin: str) -> bool:
        """Whether a form that says it comes from there is one of our own pages'."""
        public = urlsplit(self.gateway.settings.public_url)
        return origin in {f"{public.scheme}://{public.netloc}", request.host_url.rstrip("/")}

    def visitor(self) -> str:
        """The address that this request is counted under."""
        return address_of(
            request.remote_addr,
            forwarded_for(request.headers.getlist("X-Forwarded-For")),
            self.gateway.settings.trusted_proxies,
        )


def door() -> Door:
    found: Door = current_app.extensions[EXTENSION]
    return found
