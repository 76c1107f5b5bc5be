"""What we write ourselves says the same as what the carrier's own package would have written."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from twilio.twiml.voice_response import Dial, VoiceResponse

from gateway.carrier.virtual.twiml import read_voice
from gateway.carrier.virtual.webhooks import Answer
from gateway.voice import twiml
from gateway.voice.twiml import Spoken

# Everything that XML has a word for, and letters that are not ASCII.
WORDS = [Spoken('Ring <nu> & "sig" det\'s på æøå', "da-DK", "Polly.Naja"), Spoken("Hi", "en-GB", "Amy")]
HERE, THERE, LEFT = "https://a.example/x?y=1&z=2", "https://a.example/n", "https://a.example/l"
TONE = "https://a.example/tone.wav"


def said(verb):
    for spoken in WORDS:
        verb.say(spoken.text, language=spoken.language, voice=spoken.voice)
    return verb


def gather(answer, **more):
    return answer.gather(input="dtmf", action=HERE, method="POST", **more)


def a_turn(answer):
    said(gather(answer, num_digits=1, timeout=1)).play(TONE)
    answer.redirect(THERE, method="POST")


def a_silent_turn(answer):
    gather(answer, num_digits=1, timeout=1)
    answer.redirect(THERE, method="POST")


def four_digits(answer):
    said(gather(answer, num_digits=4, timeout=6, finish_on_key="#"))
    answer.redirect(THERE, method="POST")


def any_digits(answer):
    said(gather(answer, timeout=6, finish_on_key="#"))
    answer.redirect(THERE, method="POST")


def on_with_a_tone(answer):
    said(answer).play(TONE)
    answer.redirect(THERE, method="POST")


def a_pause(answer):
    answer.pause(length=2)
    answer.redirect(THERE, method="POST")


def words_and_the_end(answer):
    said(answer).hangup()


def a_whisper(answer):
    for _ in range(2):
        said(gather(answer, num_digits=1, timeout=3))
    answer.hangup()


def a_room(answer):
    dial = Dial(action=LEFT, method="POST", hangup_on_star=True)
    dial.conference(
        "room & more", beep="false", start_conference_on_enter=True, end_conference_on_exit=False,
        wait_url="", participant_label="leg",
    )  # fmt: skip
    said(answer).append(dial)


def a_phone(answer):
    dial = Dial(action=LEFT, method="POST", timeout=20, caller_id="+4576160001", answer_on_bridge=False)
    dial.number("+4520000001", url=HERE, method="POST")
    said(answer).append(dial)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (twiml.turn(WORDS, tone=TONE, key_url=HERE, next_url=THERE), a_turn),
        (twiml.turn([], tone=None, key_url=HERE, next_url=THERE), a_silent_turn),
        (
            twiml.ask_digits(WORDS, key_url=HERE, next_url=THERE, digits=4, timeout_seconds=6),
            four_digits,
        ),
        (
            twiml.ask_digits(WORDS, key_url=HERE, next_url=THERE, digits=None, timeout_seconds=6),
            any_digits,
        ),
        (twiml.say_and_go(WORDS, THERE, tone=TONE), on_with_a_tone),
        (twiml.wait_and_go(2, THERE), a_pause),
        (twiml.say_and_end(WORDS), words_and_the_end),
        (twiml.whisper(WORDS, key_url=HERE, times=2, timeout_seconds=3), a_whisper),
        (
            twiml.conference(
                "room & more", label="leg", left_url=LEFT, ends_with_me=False, star_leaves=True, words=WORDS
            ),
            a_room,
        ),
        (
            twiml.dial(
                "+4520000001",
                caller_id="+4576160001",
                whisper_url=HERE,
                done_url=LEFT,
                ring_seconds=20,
                words=WORDS,
            ),
            a_phone,
        ),
        (twiml.hang_up(), lambda answer: answer.hangup()),
        (twiml.nothing(), lambda answer: None),
    ],
)
def test_the_same_document(ours, theirs):
    answer = VoiceResponse()
    theirs(answer)
    assert ET.canonicalize(ours) == ET.canonicalize(str(answer))


def test_the_carrier_reads_back_every_letter():
    document = twiml.say_and_end(WORDS)
    say, _, hang_up = read_voice(Answer(200, "text/xml", document))
    assert (say.text, hang_up.name) == (WORDS[0].text, "Hangup")
