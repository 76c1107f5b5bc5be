"""Reads what a webhook answered into verbs, or says with the carrier's own error code why it cannot."""

from __future__ import annotations

import xml.etree.ElementTree as ET  # what is read comes from the account's own gateway
from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.carrier.virtual.twiml_grammar import MESSAGING, SSML, VOICE, Shape
from gateway.carrier.virtual.webhooks import Answer

CONTENT_TYPES = frozenset({"text/xml", "application/xml"})
LONGEST_DOCUMENT = 64_000  # bytes: the carrier's limit
LONGEST_SPEECH = 4096  # characters: the carrier's limit for one <Say>

NOT_RETRIEVED = 11200
WRONG_CONTENT_TYPE = 12300
NOT_XML = 12100
NOT_TWIML = 12200
TOO_LONG = 11750


class TwimlError(Exception):
    """``code`` is the carrier's number; ``is_document`` False when no document came at all."""

    def __init__(self, code: int, message: str, *, is_document: bool = True) -> None:
        super().__init__(message)
        self.code = code
        self.is_document = is_document


@dataclass(frozen=True, slots=True)
class Verb:
    """An element with its attributes as written; ``text`` is what it holds, all markup inside removed."""

    name: str
    attributes: Mapping[str, str]
    text: str
    children: tuple[Verb, ...] = field(default=())

    def get(self, name: str) -> str | None:
        return self.attributes.get(name)

    def number(self, name: str, default: int) -> int:
        return int(self.attributes.get(name, default))

    def truth(self, name: str, default: bool) -> bool:
        return self.attributes.get(name, "true" if default else "false") == "true"


def read_voice(answer: Answer, *, whisper: bool = False) -> tuple[Verb, ...]:
    """The verbs for a call. ``whisper``: for a called party alone, where ``<Dial>`` is not allowed.

    Raises TwimlError for no answer, a status outside 2xx, a wrong content type, and every element, attribute
    or value that the box does not play.
    """
    verbs = _read(answer, VOICE)
    if whisper and any(verb.name in {"Dial", "Reject"} for verb in verbs):
        raise TwimlError(NOT_TWIML, "<Dial> and <Reject> are not allowed in a called party's own document")
    for dial in (verb for verb in verbs if verb.name == "Dial"):
        _check_dial(dial)
    return verbs


def read_messaging(answer: Answer) -> tuple[Verb, ...]:
    """The verbs for a text message. An empty answer is one that says nothing."""
    if answer.status is not None and 200 <= answer.status < 300 and not answer.body.strip():
        return ()
    return _read(answer, MESSAGING)


def _read(answer: Answer, shapes: Mapping[str, Shape]) -> tuple[Verb, ...]:
    if answer.status is None:
        raise TwimlError(NOT_RETRIEVED, f"no answer: {answer.problem}", is_document=False)
    if not 200 <= answer.status < 300:
        raise TwimlError(NOT_RETRIEVED, f"answered {answer.status}", is_document=False)
    content_type = answer.content_type.partition(";")[0].strip().lower()
    if content_type not in CONTENT_TYPES:
        raise TwimlError(WRONG_CONTENT_TYPE, f"content type {content_type!r} is not XML's")
    if len(answer.body.encode()) > LONGEST_DOCUMENT:
        raise TwimlError(TOO_LONG, "the document is longer than the carrier takes")
    if "<!" in answer.body.replace("<!--", "").replace("<![CDATA[", ""):
        raise TwimlError(NOT_XML, "a document type or an entity in the document")
    try:
        root = ET.fromstring(answer.body.encode())  # noqa: S314 - no entities: refused above
    except ET.ParseError as error:
        raise TwimlError(NOT_XML, f"not XML: {error}") from error
    if root.tag != "Response":
        raise TwimlError(NOT_TWIML, f"the document is a <{root.tag}>, not a <Response>")
    return _verb(root, shapes).children


def _verb(element: ET.Element, shapes: Mapping[str, Shape]) -> Verb:
    shape = shapes[element.tag]
    for name, value in element.attrib.items():
        check = shape.attributes.get(name)
        if check is None:
            raise TwimlError(NOT_TWIML, f"<{element.tag} {name}>: an attribute that is not played")
        if not check(value):
            raise TwimlError(NOT_TWIML, f"<{element.tag} {name}={value!r}>: a value that is not played")
    for child in element:
        if child.tag not in shape.children:
            raise TwimlError(NOT_TWIML, f"<{child.tag}> in <{element.tag}>: not played")
    children = tuple(_verb(child, shapes) for child in element if child.tag not in SSML)
    own = [element.text or "", *(child.tail or "" for child in element)]
    if not shape.text and "".join(own).strip():
        raise TwimlError(NOT_TWIML, f"text in <{element.tag}>, which holds none")
    text = " ".join("".join(own if children else element.itertext()).split()) if shape.text else ""
    if element.tag == "Say" and len(text) > LONGEST_SPEECH:
        raise TwimlError(NOT_TWIML, "more text in one <Say> than the carrier speaks")
    if shape.text and not text and element.tag not in {"Dial", "Message", "Say"}:
        raise TwimlError(NOT_TWIML, f"<{element.tag}> holds nothing")
    return Verb(element.tag, dict(element.attrib), text, children)


def _check_dial(dial: Verb) -> None:
    conferences = sum(child.name == "Conference" for child in dial.children)
    numbers = len(dial.children) - conferences + bool(dial.text)
    if conferences > 1 or (conferences and numbers):
        raise TwimlError(NOT_TWIML, "<Dial> takes one <Conference>, or numbers, not both")
    if numbers > 10:
        raise TwimlError(13223, "<Dial> takes ten numbers at most")
    if not conferences and not numbers:
        raise TwimlError(13223, "<Dial> with nobody to call")
