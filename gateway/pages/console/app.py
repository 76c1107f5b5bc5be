"""What makes the pages an application on the phone: manifest, icons, service worker, a page for no net."""

from __future__ import annotations

from flask import Response, abort, jsonify, make_response

from gateway.accounts.door import door
from gateway.accounts.protection import public
from gateway.console import icon
from gateway.pages import assets
from gateway.pages.assets import asset
from gateway.pages.frame import blueprint, page

ICON_SECONDS = 7 * 24 * 3600
COLOUR, BACK = "#0f5c6e", "#101417"


@blueprint.get("/manifest.webmanifest")
@public("the application's name and icons, the same for everybody")
def manifest() -> Response:
    site, _roster = door().gateway.book.current()
    answer = jsonify(
        {
            "id": "/console",
            "name": f"{site.name}, vagttelefon",
            "short_name": site.name,
            "lang": "da",
            "start_url": "/console",
            "scope": "/",
            "display": "standalone",
            "orientation": "portrait",
            "theme_color": COLOUR,
            "background_color": BACK,
            "icons": [_icon(size, purpose) for size in icon.SIZES for purpose in ("any", "maskable")],
        }
    )
    answer.mimetype = "application/manifest+json"
    return answer


def _icon(size: int, purpose: str) -> dict[str, str]:
    src = f"/icon-{size}.png"
    return {"src": src, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}


@blueprint.get("/icon-<int:size>.png")
@public("the application's icon, the same for everybody")
def icon_png(size: int) -> Response:
    if size not in icon.SIZES:
        abort(404)
    answer = make_response(icon.png(size))
    answer.mimetype = "image/png"
    answer.headers["Cache-Control"] = f"public, max-age={ICON_SECONDS}"
    return answer


@blueprint.get("/service-worker.js")
@public("a script, the same for everybody")
def app_worker() -> Response:
    """At the root, so that it may answer for every page. It keeps what stands here, and nothing else."""
    kept = [
        "/offline",
        asset("staff.css"),
        asset("theme.js"),
        asset("icon.svg"),
        asset("vendor/dkfds/css/dkfds.css"),
        asset("console/offline.js"),
    ]
    parts = ("registration/worker.js", "console/service-worker.js")
    script = "".join((assets.STATIC / part).read_text(encoding="utf-8") for part in parts)
    answer = make_response(script.replace("/* KEPT */", ", ".join(f'"{address}"' for address in kept)))
    answer.mimetype = "text/javascript"
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; connect-src 'self'"
    return answer


@blueprint.get("/offline")
@public("it says that there is no net, the same for everybody")
def without_net() -> Response:
    return page("console/offline.html")
