"""A citizen writes an SMS and gets a human answer, from the first word to the last."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.audit.log import SYSTEM
from gateway.carrier.virtual.texting import segments
from gateway.carrier.virtual.webhooks import Kind
from gateway.conversations import desk
from gateway.conversations.tickets import Right, try_code
from gateway.privacy.purge import purge
from gateway.registration import desk as desk_of_forms
from gateway.store import registrations, sms
from gateway.store.contacts import lock_contact
from tests.flows import world as the_world
from tests.flows.texts import Writer, said, states, ticket
from tests.flows.world import CITIZEN, FOENIX, FOENIX_PARTNERS, SHARED, TOFTEN, World

OTHER = "+4530999888"
HELLO = "Hej. Jeg kan ikke sove, og det hele kører rundt 😔"


def texts(world: World, number: str = CITIZEN) -> list[str]:
    return world.exchange.phone(number).texts


def test_a_text_is_answered_by_a_human_in_one_conversation(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"))
    world.expect_texts(4)
    world.citizen_texts(HELLO)
    contact = world.contact()
    assert (contact.channel, contact.entry, contact.line) == ("sms", "line:foenix", "foenix")
    assert (contact.municipality, contact.state) == ("0561", "waiting")
    world.run(2)
    number = ticket(world)
    assert texts(world) == [
        f"Akuttilbuddet Fønix: Vi har fået din besked og finder en medarbejder til dig. Dit nummer er "
        f"{number[:3]} {number[3:]}. Er nogen i livsfare, så ring 112. For English, write ENGLISH."
    ]
    anna = Writer(world, "anna")
    assert anna.accepts().status_code == 200
    assert anna.writes("Hej, jeg hedder Anna. Hvad er der sket?").get_json()["delivery"] == "queued"
    world.run(2)
    world.citizen_texts("Min kæreste er gået.")
    anna.writes("Det lyder hårdt. Er du alene nu? 🌱")
    world.run(2)
    assert anna.closes().get_json()["state"] == "ended"
    world.run(2)
    assert [who for who, _ in said(world)] == [
        "citizen", "system", "worker", "citizen", "worker", "system",
    ]  # fmt: skip
    assert said(world)[0] == ("citizen", HELLO)
    assert texts(world)[1:] == [
        "Hej, jeg hedder Anna. Hvad er der sket?",
        "Det lyder hårdt. Er du alene nu? 🌱",
        "Samtalen er slut. Du kan altid skrive igen eller ringe til 76 16 00 01. Skriv SLET, hvis vi skal "
        "slette det, du har skrevet. Pas godt på dig selv.",
    ]
    assert states(world) == ["delivered"] * 4
    assert [each["state"] for each in anna.reads()["deliveries"]] == ["delivered"] * 4
    assert {message.from_ for message in world.exchange.phone(CITIZEN).messages} == {FOENIX}


def test_a_worker_with_the_console_open_is_asked_and_sees_it_in_the_queue(quick_world: World) -> None:
    quick_world.on_duty(("foenix", 1, "anna"), ("toften", 1, "carla"))
    quick_world.expect_texts(1)
    quick_world.citizen_texts(HELLO)
    quick_world.run(2)
    with quick_world.store.read() as connection:
        looked = desk.look(connection, quick_world.gateway, quick_world.clock())
    (waiting,) = looked.queue_of("anna")
    assert (waiting.contact.channel, waiting.ticket) == ("sms", ticket(quick_world))
    assert looked.queue_of("carla") == []


@pytest.mark.parametrize("how", ["repeat", "lost answer"])
def test_a_text_that_the_carrier_sends_twice_is_stored_once(world: World, how: str) -> None:
    world.on_duty(("foenix", 1, "anna"))
    world.expect_texts(1)
    if how == "repeat":
        world.faults.repeat(Kind.SMS)
    message = world.citizen_texts(HELLO)
    if how != "repeat":
        for path in ("/sms/incoming", "/sms/fallback"):
            form = {"MessageSid": message.sid, "From": CITIZEN, "To": FOENIX, "Body": HELLO}
            assert "<Message>" not in world.signed(path, **form).get_data(as_text=True)
    world.run(2)
    assert len(world.contacts()) == 1
    assert [who for who, _ in said(world)] == ["citizen", "system"]


def test_each_phone_and_each_number_is_a_conversation_of_its_own(quick_world: World) -> None:
    quick_world.on_duty(("foenix", 1, "anna"))
    quick_world.expect_texts(2)
    quick_world.expect_texts(1, OTHER)
    quick_world.citizen_texts("En")
    quick_world.citizen_texts("To", from_=OTHER)
    quick_world.citizen_texts("Tre", FOENIX_PARTNERS)
    quick_world.citizen_texts("Fire")
    quick_world.run(3)
    assert [contact.entry for contact in quick_world.contacts()] == [
        "line:foenix", "line:foenix", "partner:foenix",
    ]  # fmt: skip
    assert len({contact.conversation for contact in quick_world.contacts()}) == 3
    assert quick_world.contacts()[-1].partner
    assert {m.from_ for m in quick_world.exchange.phone(CITIZEN).messages} == {FOENIX, FOENIX_PARTNERS}


def test_a_long_text_arrives_whole_and_in_order(quick_world: World) -> None:
    quick_world.on_duty(("foenix", 1, "anna"))
    quick_world.citizen_texts("a" * 1000 + " " + "ø😔" * 200)
    assert said(quick_world)[0][1] == "a" * 1000 + " " + "ø😔" * 200
    anna = Writer(quick_world, "anna")
    anna.accepts()
    words = " ".join(f"ord{number}" for number in range(500))
    anna.writes(words)
    anna.writes("Kort.")
    quick_world.run(8)
    came = texts(quick_world)[1:]
    assert " ".join(came[:-1]) == words
    assert came[-1] == "Kort."
    assert len(came) == 4
    assert all(len(part) <= 1600 for part in came)
    assert segments(came[0]) == 10
    assert states(quick_world) == ["delivered"] * 3
    quick_world.expect_texts(5)


@pytest.mark.parametrize("word", ["ENGLISH", "english.", " In English "])
def test_english_for_whoever_asks_for_it_by_a_word(quick_world: World, word: str) -> None:
    quick_world.on_duty(("foenix", 1, "anna"))
    quick_world.expect_texts(1)
    quick_world.citizen_texts(word)
    quick_world.run(2)
    assert quick_world.contact().language == "en"
    assert texts(quick_world)[0].startswith("Akuttilbuddet Fønix: We have your message")
    assert "ENGLISH" not in texts(quick_world)[0]


def test_english_may_be_asked_for_later(quick_world: World) -> None:
    quick_world.on_duty(("foenix", 1, "anna"))
    quick_world.expect_texts(2)
    quick_world.citizen_texts("Hello?")
    quick_world.citizen_texts("English")
    quick_world.run(3)
    assert quick_world.contact().language == "en"
    assert texts(quick_world)[1] == "We write English with you now."


# --- closed, and nobody there ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "on_duty", "begins", "says"),
    [
        ("2026-11-24 19:59", True, "Akuttilbuddet Toften: Vi har fået din besked og finder", "112"),
        ("2026-11-24 20:00", True, "Lige nu har Akuttilbuddet Toften lukket for sms.", "prøver at finde"),
        ("2026-11-24 20:00", False, "Lige nu har Akuttilbuddet Toften lukket for sms.", "når vi åbner"),
        ("2026-11-24 19:59", False, "Akuttilbuddet Toften: Vi har fået din besked. Lige nu kan", "ring til"),
    ],
)
def test_what_a_citizen_is_told_to_expect(tmp_path, at, on_duty, begins, says) -> None:
    world = World(f"sqlite:///{tmp_path}/db", tmp_path, at=at)
    if on_duty:
        world.on_duty(("toften", 1, "carla"))
    world.expect_texts(1)
    world.citizen_texts("Hej", TOFTEN)
    world.run(2)
    (first,) = texts(world)
    assert first.startswith(begins)
    assert says in first
    assert "112" in first
    assert ticket(world)[:3] in first
    if on_duty:
        assert Writer(world, "carla").accepts().status_code == 200
    world.close()


def test_a_line_without_sms_says_where_to_call_and_begins_nothing(tmp_path, monkeypatch) -> None:
    without = the_world.SITE.replace('sms = ["daily 08:00-20:00"]', "")
    monkeypatch.setattr(the_world, "SITE", without)
    world = World(f"sqlite:///{tmp_path}/db", tmp_path)
    world.on_duty(("toften", 1, "carla"))
    world.expect_texts(1)
    world.citizen_texts("Hej", TOFTEN)
    world.run(2)
    assert world.contacts() == []
    assert texts(world) == [
        "Akuttilbuddet Toften svarer ikke på sms. Ring til 76 16 00 02. Er nogen i livsfare, så ring 112."
    ]
    world.close()


# --- shared and unknown numbers -------------------------------------------------------------------


def test_a_shared_number_asks_for_the_postcode_once_and_by_then_somebody_has_it_already(
    world: World,
) -> None:
    world.on_duty(("foenix", 1, "anna"), ("vest", 1, "nadia"))
    world.expect_texts(2)
    world.citizen_texts("Hej, er der nogen?", SHARED)
    assert (world.contact().line, world.contact().night_line) == (None, "vest")
    world.citizen_texts("Jeg bor i 6700 Esbjerg", SHARED)
    assert (world.contact().line, world.contact().municipality) == ("foenix", "0561")
    world.citizen_texts("Og ikke 5750", SHARED)
    assert world.contact().line == "foenix"
    world.run(3)
    first, second = texts(world)
    assert "Skriv dit postnummer" in first
    assert second == "Tak. Nu er det Akuttilbuddet Fønix, der svarer dig."
    assert Writer(world, "anna").accepts().status_code == 200


def test_a_postcode_in_the_first_text_is_not_asked_for(quick_world: World) -> None:
    quick_world.on_duty(("foenix", 1, "anna"))
    quick_world.expect_texts(1)
    quick_world.citizen_texts("6700. Jeg har det skidt", SHARED)
    quick_world.run(2)
    assert quick_world.contact().line == "foenix"
    assert "postnummer" not in texts(quick_world)[0]


@pytest.mark.parametrize("answer", [None, "9999", "ved ikke", "6700 eller 5750"])
def test_without_a_known_postcode_the_night_line_has_it(quick_world: World, answer: str | None) -> None:
    quick_world.on_duty(("vest", 1, "nadia"))
    quick_world.expect_texts(1)
    quick_world.citizen_texts("Hej", SHARED)
    if answer is not None:
        quick_world.citizen_texts(answer, SHARED)
    quick_world.run(3)
    assert quick_world.contact().night_line == "vest"
    assert Writer(quick_world, "nadia").accepts().status_code == 200


def test_a_postcode_that_comes_when_somebody_has_it_moves_nothing(quick_world: World) -> None:
    quick_world.on_duty(("vest", 1, "nadia"), ("foenix", 1, "anna"))
    quick_world.expect_texts(1)
    quick_world.citizen_texts("Hej", SHARED)
    Writer(quick_world, "nadia").accepts()
    quick_world.citizen_texts("6700", SHARED)
    quick_world.run(3)
    assert (quick_world.contact().line, quick_world.contact().answered_by) == (None, "nadia")


def test_an_unknown_number_is_answered_from_that_number(quick_world: World) -> None:
    quick_world.on_duty(("vest", 1, "nadia"))
    quick_world.expect_texts(1)
    old = "+4576160777"
    quick_world.exchange.provision(old, sms_url="https://akut.example/sms/incoming")
    quick_world.citizen_texts("Hej", old)
    quick_world.run(2)
    assert quick_world.contact().entry == "unknown"
    assert [m.from_ for m in quick_world.exchange.phone(CITIZEN).messages] == [old]


# --- after the end --------------------------------------------------------------------------------


def ended(world: World) -> Writer:
    world.on_duty(("foenix", 1, "anna"))
    world.citizen_texts("Hej")
    anna = Writer(world, "anna")
    anna.accepts()
    anna.closes()
    world.run(3)
    return anna


@pytest.mark.parametrize("thanks", ["Tak", "mange tak!", "❤️", "OK 👍"])
def test_a_thank_you_after_the_end_rings_nobody(quick_world: World, thanks: str) -> None:
    ended(quick_world)
    quick_world.expect_texts(2)
    quick_world.citizen_texts(thanks)
    quick_world.run(2)
    assert quick_world.contact().state == "ended"
    assert quick_world.kinds()[-1] == "thanked"


@pytest.mark.parametrize(("minutes", "contacts"), [(29, 1), (31, 2)])
def test_a_thank_you_is_one_for_half_an_hour(quick_world: World, minutes: int, contacts: int) -> None:
    ended(quick_world)
    quick_world.expect_texts(1 + contacts)
    quick_world.run(minutes * 60)
    quick_world.citizen_texts("Tak")
    quick_world.run(2)
    assert len(quick_world.contacts()) == contacts


def test_whatever_else_is_written_after_the_end_goes_on_as_a_new_contact(world: World) -> None:
    anna = ended(world)
    world.expect_texts(3)
    number = ticket(world)
    world.run(3600)
    world.citizen_texts("Nu er det slemt igen")
    world.run(2)
    first, second = world.contacts()
    assert first.conversation == second.conversation
    assert (second.state, second.line) == ("waiting", "foenix")
    assert ticket(world) == number
    assert texts(world)[-1] == "Vi har fået din besked og finder en medarbejder til dig."
    assert anna.accepts().status_code == 200
    assert [who for who, _ in said(world)][-2:] == ["citizen", "system"]


def test_once_the_conversation_is_forgotten_the_next_text_begins_anew(quick_world: World) -> None:
    ended(quick_world)
    first = quick_world.contact().conversation
    quick_world.clock.set(quick_world.clock() + timedelta(days=2))
    purge(quick_world.store, quick_world.gateway.audit, quick_world.clock(), actor=SYSTEM)
    quick_world.on_duty(("foenix", 1, "anna"))
    quick_world.citizen_texts("Hej igen")
    quick_world.run(2)
    assert quick_world.contacts()[-1].conversation != first
    assert len(said(quick_world)) == 2
    quick_world.expect_texts(3)


# --- words with a meaning of their own ------------------------------------------------------------


@pytest.mark.parametrize("word", ["STOP", "stop.", "Stop sms", "AFMELD", "Unsubscribe"])
def test_after_stop_nothing_is_sent_any_more(world: World, word: str) -> None:
    world.on_duty(("foenix", 1, "anna"))
    world.expect_texts(1)
    world.citizen_texts("Hej")
    anna = Writer(world, "anna")
    anna.accepts()
    world.run(2)
    world.citizen_texts(word)
    assert world.contact().state == "ended"
    assert world.contact().ended_by == "citizen"
    world.citizen_texts("Jeg skriver alligevel")
    anna.accepts()
    anna.writes("Er du der?")
    world.run(5)
    assert states(world) == ["delivered", "failed"]
    assert anna.reads()["deliveries"][-1]["error_code"] == 21610
    assert "sms_not_delivered" in [event.kind for event in world.events_of(anna.contact)]
    assert not [m for m in world.exchange.messages if m.status == "failed"]


def test_start_begins_again_what_stop_ended(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"))
    world.expect_texts(3)
    world.citizen_texts("Hej")
    world.run(2)
    world.citizen_texts("STOP")
    assert world.contact().state == "abandoned"
    world.citizen_texts("START")
    world.run(2)
    assert texts(world)[-1] == "Du kan skrive til os igen. Er nogen i livsfare, så ring 112."
    world.citizen_texts("Er der nogen?")
    world.run(2)
    assert world.contacts()[-1].state == "waiting"
    assert states(world) == ["delivered"] * 2


def test_a_stop_that_only_the_carrier_knows_of_is_learnt_from_it(quick_world: World) -> None:
    quick_world.on_duty(("foenix", 1, "anna"))
    quick_world.citizen_texts("Hej")
    quick_world.run(2)
    quick_world.exchange.texting._opted_out.add((CITIZEN, FOENIX))
    anna = Writer(quick_world, "anna")
    anna.accepts()
    anna.writes("Hej")
    anna.writes("Er du der?")
    quick_world.run(5)
    assert states(quick_world) == ["delivered", "failed", "failed"]
    with quick_world.store.read() as connection:
        thread = sms.thread_in(connection, quick_world.contact().conversation or "")
        assert thread is not None
        assert sms.is_stopped(connection, thread.peer)
    quick_world.expect_texts(1)


@pytest.mark.parametrize("words", ["hjælp", "HELP", "stop det nu", "jeg vil bare slette alt", "ja", "yes"])
def test_words_in_a_sentence_and_cries_for_help_are_messages(quick_world: World, words: str) -> None:
    quick_world.on_duty(("foenix", 1, "anna"))
    quick_world.expect_texts(1)
    quick_world.citizen_texts(words)
    quick_world.run(2)
    assert said(quick_world)[0] == ("citizen", words)
    assert quick_world.contact().state == "waiting"


def test_slet_erases_it_all_at_once(world: World) -> None:
    world.on_duty(("foenix", 1, "anna"))
    world.expect_texts(2)
    world.citizen_texts("Hej")
    world.run(2)
    world.citizen_texts("SLET")
    world.run(2)
    assert texts(world)[-1].startswith("Samtalen er slettet hos os.")
    assert world.contact().state == "abandoned"
    assert said(world) == []
    assert "erased" in world.kinds()


def test_slet_where_nothing_is_left_says_so_and_rings_nobody(quick_world: World) -> None:
    quick_world.on_duty(("foenix", 1, "anna"))
    quick_world.expect_texts(3)
    quick_world.citizen_texts("Hej")
    quick_world.run(2)
    for _ in range(2):
        quick_world.citizen_texts("Slet")
        quick_world.run(2)
    assert quick_world.contact().state == "abandoned"
    assert texts(quick_world)[-1] == texts(quick_world)[-2]


def test_slet_takes_the_notes_of_its_forms_too(world: World) -> None:
    anna = ended(world)
    world.expect_texts(5)
    first = anna.contact
    world.citizen_texts("Hej igen")
    anna.accepts()
    anna.closes()
    world.run(2)
    for contact in (first, anna.contact):
        a_note(world, contact)
    world.citizen_texts("SLET")
    world.run(2)
    with world.store.read() as connection:
        kept = [registrations.of_contact(connection, each) for each in (first, anna.contact)]
        numbers = [each.caller_number for each in world.contacts()]
    assert [each.texts for each in kept if each is not None] == [None, None]
    assert None not in numbers


def a_note(world: World, contact: str) -> None:
    with world.store.write() as connection:
        desk_of_forms.save(
            connection, world.gateway, world.site, lock_contact(connection, contact), {"note": "Om natten."},
            by="anna", version=0, now=world.clock(), submit=False,
        )  # fmt: skip


def test_kode_gives_a_code_that_is_kept_nowhere(quick_world: World) -> None:
    quick_world.on_duty(("foenix", 1, "anna"))
    quick_world.expect_texts(2)
    quick_world.citizen_texts("Hej")
    quick_world.run(2)
    quick_world.citizen_texts("Kode")
    quick_world.run(2)
    told = texts(quick_world)[-1]
    code = told.partition("din kode er ")[2][:9].replace(" ", "")
    number = ticket(quick_world)
    assert f"{number[:3]} {number[3:]}" in told
    assert isinstance(try_code(quick_world.store, number, code, quick_world.clock()), Right)
    assert not any(code in text.replace(" ", "") for _, text in said(quick_world))


# --- pictures -------------------------------------------------------------------------------------


def test_a_picture_with_words_is_read_without_the_picture(quick_world: World) -> None:
    quick_world.on_duty(("foenix", 1, "anna"))
    quick_world.expect_texts(2)
    quick_world.citizen_texts("Se her", media=1)
    quick_world.run(3)
    assert said(quick_world)[0] == ("citizen", "Se her")
    assert texts(quick_world)[1].startswith("Vi kan ikke se billeder")


def test_a_picture_alone_is_politely_refused_and_begins_nothing(quick_world: World) -> None:
    quick_world.on_duty(("foenix", 1, "anna"))
    quick_world.expect_texts(1)
    quick_world.citizen_texts("", media=2)
    quick_world.run(2)
    assert quick_world.contacts() == []
    assert "76 16 00 01" in texts(quick_world)[0]
