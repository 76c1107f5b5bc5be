"""What goes over a connection: text alone, as JSON."""

from __future__ import annotations

import json
from typing import Any

from socketio.packet import BINARY_EVENT, EVENT, Packet

# A number longer than any of ours would take the machine's time to read.
MOST_DIGITS = 100
# Socket.IO calls the handlers of these itself, and would call them for whoever sends an event of that name.
RESERVED = frozenset({"connect", "disconnect"})
NO_EVENT = ""


class TextPacket(Packet):  # type: ignore[misc]
    """Nothing that the chat sends holds bytes, so that no packet is searched for them."""

    uses_binary_events = False

    def decode(self, encoded_packet: str) -> int:
        """A name that no event of ours can have becomes ``NO_EVENT``, answered as any unknown one."""
        attachments: int = super().decode(encoded_packet)
        if self.packet_type in (EVENT, BINARY_EVENT) and isinstance(self.data, list) and self.data:
            name = self.data[0]
            if not isinstance(name, str) or name in RESERVED:
                self.data[0] = NO_EVENT
        return attachments


def _integer(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        msg = "a number too long"
        raise ValueError(msg)
    return int(digits)


class Json:
    """The part of ``json`` that Socket.IO asks for, with the reader and the writer made once."""

    _encode = json.JSONEncoder(separators=(",", ":")).encode
    _decode = json.JSONDecoder(parse_int=_integer).decode

    @classmethod
    def dumps(cls, value: object, **_options: object) -> str:
        return cls._encode(value)

    @classmethod
    def loads(cls, text: str, **_options: object) -> Any:
        return cls._decode(text)
