"""What every page has in common: its place in the application, its language, its look, its errors."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, make_response, redirect, render_template, request
from flask.wrappers import Response as FlaskResponse
from werkzeug.exceptions import HTTPException

from config import logs
from config.phone_numbers import as_people_write_it
from gateway.accounts import forms, signed_in
from gateway.accounts.cookies import LANGUAGE
from gateway.accounts.door import door
from gateway.accounts.forms import ForeignFormError
from gateway.accounts.protection import public
from gateway.accounts.sessions import SignedIn
from gateway.accounts.signed_in import NotYourRoleError, PasskeyNeededError, SignInNeededError
from gateway.pages import assets, clock
from gateway.pages.tabs import tabs_for
from gateway.pages.words import DANISH, LANGUAGES, words
from gateway.store.engine import StoreUnavailableError

blueprint = Blueprint("pages", __name__, template_folder="templates")
blueprint.after_request(forms.keep_cookie)

log = logs.get("pages")


@blueprint.get(f"{assets.PATH}/<path:name>")
@public("style and scripts, the same for everybody")
def asset(name: str) -> Response:
    return assets.serve(name)


def language() -> str:
    """What the page is in: as chosen in this browser, else Danish."""
    chosen = door().jar.get(request, LANGUAGE)
    return chosen if chosen in LANGUAGES else DANISH


def say(danish: str, **values: object) -> str:
    """A text in the page's language."""
    return words(danish, language(), **values)


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A whole page from ``templates/``."""
    here = request.path if request.method == "GET" and status == 200 else "/"
    return make_response(render_template(template, **shared(), here=here, **values), status)


def part(template: str, **values: Any) -> Response:
    """A piece of a page, for the page that is open."""
    return make_response(render_template(template, **shared(), **values))


def shared() -> dict[str, Any]:
    """What every template may use."""
    gateway = door().gateway
    site, _roster = gateway.book.current()
    now, spoken = gateway.now(), language()
    found = _signed_in()
    return {
        "t": say,
        "asset": assets.asset,
        "language": spoken,
        "languages": LANGUAGES,
        "site_name": site.name,
        "dark": clock.is_dark(now, site.zone),
        "me": found,
        "tabs": tabs_for(found.worker.roles) if found else [],
        "form_field": forms.FIELD,
        "form_token": forms.token_in_session(found.session) if found else forms.token_before_sign_in(),
        "open_token": forms.token_before_sign_in(),
        "at": lambda moment: clock.at(moment, now, site.zone, spoken),
        "until": lambda start, end: clock.until(start, end, now, site.zone, spoken),
        "ago": lambda moment: clock.ago(moment, now, spoken),
        "when": lambda moment, said, css="", name="": clock.on_touch(moment, said, site.zone, css, name),
        "zone_name": site.zone.key,
        "exact": lambda moment: clock.exact(moment, site.zone),
        "second": lambda moment: clock.to_the_second(moment, site.zone, spoken),
        "lasted": clock.lasted,
        "in_groups": as_people_write_it,
        "now": now,
    }


def see_other(path: str) -> Response:
    """Go on at another page of ours, with GET."""
    answer: Response = make_response(redirect(path, 303))
    return answer


def wants_json() -> bool:
    """Whether a script asks, rather than somebody who will read the answer."""
    return request.is_json or request.accept_mimetypes.best == "application/json"


def refusal(status: int, title: str, what: str) -> Response:
    """A page, or for a script some JSON, that says what to do, in the page's language."""
    if wants_json():
        return make_response({"title": title, "detail": what}, status)
    return page("refusal.html", status, title=title, what=what)


def _signed_in() -> SignedIn | None:
    try:
        return signed_in.find()
    except StoreUnavailableError:
        return None


@blueprint.errorhandler(SignInNeededError)
def sign_in_needed(_error: SignInNeededError) -> Response:
    """To the sign-in page; but whoever comes from elsewhere (a message, another page) is asked once more.

    Then browsers hold back a SameSite=Strict cookie, and send it when our own page asks for the same again.
    """
    if wants_json():
        return refusal(401, say("Log ind igen"), say("Du er ikke længere logget ind."))
    came_from = request.headers.get("Sec-Fetch-Site", "same-origin")
    if request.method == "GET" and came_from != "same-origin":
        return page("once_more.html", address=request.full_path.rstrip("?"))
    return see_other("/sign-in")


@blueprint.errorhandler(PasskeyNeededError)
def passkey_needed(_error: PasskeyNeededError) -> Response:
    if wants_json():
        return refusal(403, say("Tilføj en adgangsnøgle"), say("Administratorer skal bruge en adgangsnøgle."))
    return see_other("/me/passkeys")


@blueprint.errorhandler(NotYourRoleError)
def not_your_role(_error: NotYourRoleError) -> Response:
    return refusal(403, say("Siden er ikke for dig"), say("Siden er for dem med en anden rolle."))


@blueprint.errorhandler(ForeignFormError)
def foreign_form(_error: ForeignFormError) -> Response:
    return refusal(
        403,
        say("Prøv igen fra siden"),
        say(
            "Siden var for gammel, eller du er logget ind på ny. Gå tilbage, hent siden igen, og send den så."
        ),
    )


@blueprint.errorhandler(StoreUnavailableError)
def store_unavailable(_error: StoreUnavailableError) -> Response:
    log.event("store_unavailable", where="pages")
    g.signed_in = None  # not asked for again: that would wait again
    answer = refusal(
        503,
        say("Siderne holder pause"),
        say("Opkald bliver stillet igennem som altid. Prøv siden igen om lidt."),
    )
    answer.headers["Retry-After"] = "5"
    return answer


@blueprint.errorhandler(HTTPException)
def http_error(error: HTTPException) -> Response:
    """Also for addresses that nobody answers: nothing of what was asked comes back."""
    kinds = {
        404: (say("Her er ikke noget"), say("Siden findes ikke, eller den er ikke for dig.")),
        405: (say("Det kan siden ikke"), say("Gå tilbage, og brug knapperne på siden.")),
        413: (say("Det er for langt"), say("Skriv det kortere, og send det igen.")),
        429: (say("Vent lidt"), say("Der har været mange forsøg herfra. Prøv igen senere.")),
    }
    other = (say("Det gik ikke"), say("Gå tilbage, og prøv igen."))
    title, what = kinds.get(error.code or 500, other)
    answer = refusal(error.code or 500, title, what)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            answer.headers[name] = value
    return answer


@blueprint.errorhandler(Exception)
def our_fault(error: Exception) -> FlaskResponse:
    log.error("page_failed", error)
    return refusal(500, say("Det gik ikke"), say("Det er skrevet ned. Prøv igen om lidt."))
