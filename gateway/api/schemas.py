"""JSON Schemas of what the API takes and gives, for its description."""

from __future__ import annotations

from typing import Any

from config.site import Channel
from gateway.contacts.closing import ClosingReason
from gateway.contacts.lifecycle import ContactState, LegOutcome, LegPurpose, LegState
from gateway.conversations.deliveries import DeliveryState
from gateway.conversations.transcript import Sender
from gateway.privacy.lifting import REASON_CHARACTERS, REASON_LEAST

Schema = dict[str, Any]


def text(description: str | None = None, **more: object) -> Schema:
    return _with({"type": "string", **more}, description)


def maybe(schema: Schema, description: str | None = None) -> Schema:
    """The same, or null."""
    choices = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return _with({**schema, "type": [schema["type"], "null"], **choices}, description)


def number(description: str | None = None, **more: object) -> Schema:
    return _with({"type": "integer", **more}, description)


def switch(description: str | None = None) -> Schema:
    return _with({"type": "boolean"}, description)


def words(kind: Any, description: str | None = None) -> Schema:
    return _with({"type": "string", "enum": [str(word) for word in kind]}, description)


def whole(properties: dict[str, Schema], *, optional: tuple[str, ...] = ()) -> Schema:
    """An object that has all of these, but for those that are ``optional``, and nothing else."""
    required = [name for name in properties if name not in optional]
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def several(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def named(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _with(schema: Schema, description: str | None) -> Schema:
    return schema if description is None else {**schema, "description": description}


INSTANT = text(format="date-time")

CONTACT: dict[str, Schema] = {
    "contact": text("The contact's id.", maxLength=32),
    "channel": words(Channel),
    "line": maybe(text(), "The line that was called; null where a night line was all that is known."),
    "night_line": maybe(text(), "The night line that a shared number led to."),
    "municipality": maybe(text(), "Its official four digits."),
    "language": text(),
    "partner": switch("Came in on the partners' number."),
    "state": words(ContactState),
    "waiting_since": INSTANT,
    "waited_seconds": {"type": "number", "description": "Until the answer, the end, or now."},
    "offered_at": maybe(INSTANT, "The first phone rang."),
    "answered_at": maybe(INSTANT, "A worker took it."),
    "connected_at": maybe(INSTANT, "Citizen and worker first heard each other."),
    "first_word_at": maybe(INSTANT, "A worker first wrote in it."),
    "ended_at": maybe(INSTANT),
    "answered_by": maybe(text(), "A worker's id, or backup:NIGHT_LINE."),
    "ended_by": maybe(text(), "citizen, worker, coordinator or system."),
    "closed_because": maybe(words(ClosingReason), "Closed without a registration."),
    "provisional": switch("Routed from memory while the database was gone."),
}

LEG = whole(
    {
        "leg": text(),
        "round": number(),
        "purpose": words(LegPurpose),
        "target": text("A worker's id, backup:NIGHT_LINE, or citizen."),
        "via": text("line:ID, night_line:ID, or call_back."),
        "tier": maybe(number()),
        "state": words(LegState),
        "outcome": maybe(words(LegOutcome)),
        "due_at": INSTANT,
        "ring_seconds": number(),
        "placed_at": maybe(INSTANT),
        "picked_up_at": maybe(INSTANT),
        "ended_at": maybe(INSTANT),
    }
)

RING = {
    "oneOf": [
        whole({"worker": text(), "via": text(), "tier": number(minimum=1), "because": text()}),
        whole({"phone": text("A back-up phone."), "via": text(), "because": text()}),
    ]
}

PLAN = whole(
    {
        "line": text(),
        "municipality": maybe(text()),
        "channel": words(Channel),
        "at": INSTANT,
        "open": switch(),
        "roster_version": number(),
        "steps": several(whole({"after_seconds": number(minimum=0), "ring": several(RING)})),
        "skipped": several(whole({"worker": text(), "because": text()})),
        "otherwise": words(("callback",)),
    }
)

EVENT = whole({"at": INSTANT, "kind": text(), "details": {"type": "object"}})

SCHEMAS: dict[str, Schema] = {
    "Contact": whole(CONTACT),
    "Contacts": whole(
        {
            "items": several(named("Contact")),
            "next": maybe(text(), "Hand it back as `after`; null after the last."),
        }
    ),
    "WholeContact": whole(
        {
            **CONTACT,
            "entry": text("Which of our own numbers was called: line:ID, partner:ID, shared:PLACE, unknown."),
            "round": number("How often everybody was rung."),
            "roster_version": number(),
            "earlier_contacts": number("Of the same caller, within at most 30 days.", minimum=0),
            "number_lifted": switch("Somebody was shown the citizen's number within the last hour."),
            "plan": {"anyOf": [named("Plan"), {"type": "null"}]},
            "events": several(named("Event")),
            "legs": several(named("Leg")),
            "deliveries": several(named("Delivery")),
            "colleagues": several(text("The id of a worker who was added to it, and is in it.")),
            "written_before": {
                "description": "An earlier conversation that the caller opened with ticket and code.",
                "anyOf": [several(named("Message")), {"type": "null"}],
            },
        }
    ),
    "Plan": PLAN,
    "Message": whole(
        {
            "seq": number(minimum=1),
            "from": words(Sender),
            "text": text(),
            "at": INSTANT,
        }
    ),
    "Delivery": whole(
        {
            "seq": number("Of the message in the conversation.", minimum=1),
            "state": words(DeliveryState, "sent: the carrier has taken it. undelivered: the phone has not."),
            "error_code": maybe(number(), "The carrier's own number for why not."),
            "at": INSTANT,
        }
    ),
    "Event": EVENT,
    "Leg": LEG,
    "Transfer": whole(
        {"to": text("A worker's id, night_line, or for a call backup.", minLength=1, maxLength=64)}
    ),
    "Transferring": whole(
        {
            "contact": text(),
            "to": text("As asked; in writing, the worker who has it now."),
            "ringing": number("How many phones; none for a conversation in writing."),
        }
    ),
    "Adding": whole({"to": text("A worker's id, or night_line.", minLength=1, maxLength=64)}),
    "Colleagues": whole(
        {"contact": text(), "colleagues": several(text("Who is in it beside the worker who has it."))}
    ),
    "Closing": whole({"reason": words(ClosingReason)}, optional=("reason",)),
    "Accepting": whole({"second": switch("Beside another chat.")}, optional=("second",)),
    "Writing": whole({"id": text("A UUID of your own.", format="uuid"), "text": text(maxLength=4000)}),
    "Written": whole(
        {
            "seq": number("Its number in the conversation.", minimum=1),
            "at": INSTANT,
            "delivery": maybe(words(DeliveryState), "Of an SMS, whose delivery is yet to come."),
        }
    ),
    "Lift": whole(
        {
            "reason": text(
                "What the danger is, in a sentence.", minLength=REASON_LEAST, maxLength=REASON_CHARACTERS
            )
        }
    ),
    "Lifted": whole({"number": text("E.164. Shown here and nowhere else; ask again with another reason.")}),
    "Away": whole({"on": switch()}),
    "AwayNow": whole({"worker": text(), "on": switch()}),
    "Problem": whole(
        {
            "type": text(format="uri-reference"),
            "title": text(),
            "status": number(),
            "detail": text(),
            "errors": several(text()),
            "current": text("Of an outdated plan or settings: the version that they have now."),
            "meanwhile": {"type": "object", "description": "Of an outdated plan: what others did."},
            "gaps": several({"type": "object"}),
            "settings": {"type": "object", "description": "Of outdated settings: what they are now."},
        },
        optional=("errors", "current", "meanwhile", "gaps", "settings"),
    ),
}
