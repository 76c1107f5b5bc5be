"""The site file: what it says when it is right, and every kind of mistake with its line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.site import Channel, ChatPage, Role
from config.site_file import Problem, SiteFileError, check_site, read_site
from config.windows import WindowKind, parse_windows

# The contract's example, made whole by the line that its shared number names.
GOOD = """\
[site]
id = "akutlinjen"
name = "Akutlinjen"
timezone = "Europe/Copenhagen"
languages = ["da", "en"]             # the first is the default

[[municipality]]
code = "0561"                        # the official four digits
name = "Esbjerg"
postcodes = ["6700", "6705", "6710"]

[[municipality]]
code = "0430"
name = "Faaborg-Midtfyn"
postcodes = ["5600"]

[[line]]                             # what citizens call
id = "foenix"
name = "Akuttilbuddet Fønix"
municipalities = ["0561"]
phone = "+4576160001"                # calls and SMS
partner_phone = "+4576160091"        # optional
night_line = "vest"                  # optional
[line.hours]                         # per channel
voice = ["always"]
sms   = ["daily 08:00-22:00"]
chat  = ["mon-fri 15:00-23:00", "sat,sun,holidays 12:00-24:00"]
[line.ring]
no_answer_seconds = 25

[[line]]
id = "toften"
name = "Akuttilbuddet Toften"
municipalities = ["0430"]
phone = "+4576160002"
[line.hours]
voice = ["daily 07:00-23:00"]
[line.texts.da]
whisper = "Toften. Tryk 1."

[[night_line]]
id = "vest"
name = "Natlinjen Vest"
hours = ["daily 23:00-07:00"]
backup_phone = "+4576160099"         # optional
[night_line.ring]
no_answer_seconds = 30

[[shared_number]]
phone = "+4570200000"
lines = ["foenix", "toften"]
fallback = "vest"

[[worker]]
id = "w1"
name = "Vagt 1"
mobile = "+4520000001"
lines = ["foenix"]
night_lines = ["vest"]
roles = ["worker"]
languages = ["da", "en"]

[[worker]]
id = "k1"
name = "Koordinator 1"
mobile = "+4520000002"
lines = ["foenix", "toften"]
roles = ["worker", "coordinator"]

[[worker]]
id = "a1"
name = "Administrator 1"
mobile = "+4520000003"
roles = ["administrator"]
"""


def changed(before: str, after: str) -> str:
    """The good file with the first place of ``before`` changed."""
    assert before in GOOD
    return GOOD.replace(before, after, 1)


def line_of(text: str, words: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if words in line)


def first_change(text: str) -> int:
    pairs = enumerate(zip(GOOD.splitlines(), text.splitlines(), strict=False), 1)
    return next(number for number, (before, after) in pairs if before != after)


def test_the_chat_page_leads_where_the_site_says() -> None:
    assert read_site(GOOD).chat_page == ChatPage("https://www.dmi.dk/", ())
    named = '[chat]\nexit_url = "https://www.dr.dk/vejret"\nframed_by = ["https://www.esbjerg.dk"]\n'
    assert read_site(f"{GOOD}\n{named}").chat_page == ChatPage(
        "https://www.dr.dk/vejret", ("https://www.esbjerg.dk",)
    )
    for wrong, told in [
        ('exit_url = "http://www.dmi.dk/"', "exit_url"),
        ('exit_url = "javascript:alert(1)"', "exit_url"),
        ('exit_url = "https://a b/"', "exit_url"),
        ('framed_by = ["https://www.esbjerg.dk/psykiatri"]', "without a path"),
        ('framed_by = ["*"]', "is no site"),
        ('framed_by = ["https://a.dk; script-src *"]', "is no site"),
        ('exit = "https://www.dmi.dk/"', 'has no "exit"'),
    ]:
        (problem,) = check_site(f"{GOOD}\n[chat]\n{wrong}\n").problems
        assert told in problem.message, wrong


def test_the_contracts_example_is_read() -> None:
    site = read_site(GOOD)
    assert (site.id, site.name, site.zone.key) == ("akutlinjen", "Akutlinjen", "Europe/Copenhagen")
    assert site.languages == ("da", "en")
    assert site.municipalities["0561"].postcodes == {"6700", "6705", "6710"}
    foenix = site.lines["foenix"]
    assert foenix.municipalities == ("0561",)
    assert (foenix.phone, foenix.partner_phone) == ("+4576160001", "+4576160091")
    assert foenix.night_line == "vest"
    assert foenix.hours[Channel.VOICE][0].kind is WindowKind.ALWAYS
    assert foenix.hours[Channel.CHAT] == parse_windows(
        ["mon-fri 15:00-23:00", "sat,sun,holidays 12:00-24:00"]
    )
    assert foenix.no_answer_seconds == 25
    toften = site.lines["toften"]
    assert (toften.partner_phone, toften.night_line, toften.no_answer_seconds) == (None, None, 25)
    assert Channel.CHAT not in toften.hours
    assert toften.texts == {"da": {"whisper": "Toften. Tryk 1."}}
    assert site.night_lines["vest"].backup_phone == "+4576160099"
    assert site.night_lines["vest"].no_answer_seconds == 30
    assert site.shared_numbers[0].lines == ("foenix", "toften")
    assert site.shared_numbers[0].fallback == "vest"
    assert site.workers["w1"].night_lines == ("vest",)
    assert site.workers["k1"].roles == {Role.WORKER, Role.COORDINATOR}
    assert site.workers["a1"].languages == ("da",)
    assert list(site.lines) == ["foenix", "toften"]
    assert check_site(GOOD).warnings == ()


def test_line_ends_and_byte_order_mark_of_other_systems_do_no_harm() -> None:
    assert read_site("\ufeff" + GOOD.replace("\n", "\r\n")) == read_site(GOOD)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        # Keys and tables
        ('name = "Esbjerg"', 'nmae = "Esbjerg"', 'has no "nmae"; did you mean "name"?'),
        ("[[shared_number]]", "[[shared_numbers]]", 'did you mean "shared_number"?'),
        ("[[shared_number]]", "[[citizen]]", "known are site, municipality, line"),
        ("[site]", "[[site]]", "is a list; write a table, as in [site]"),
        ("[[night_line]]", "[night_line]", "write [[night_line]] with two brackets"),
        ("[line.hours]", "[hours]", "stands by itself; it belongs into [line] or [[line]]"),
        ('sms   = ["daily', 'fax = ["daily', "known are voice, sms, chat"),
        ("[line.ring]", 'night_line = "x"\n[line.ring]', "write it above [line.hours]"),
        ("no_answer_seconds = 25", "no_answer_second = 25", 'did you mean "no_answer_seconds"?'),
        ('whisper = "Toften', 'wisper = "Toften', 'did you mean "whisper"?'),
        # Types
        ('name = "Esbjerg"', "name = 7", "name is a number; write text"),
        ("no_answer_seconds = 25", 'no_answer_seconds = "25"', "is text; write a number"),
        ("no_answer_seconds = 25", "no_answer_seconds = true", "is true or false; write a number"),
        ("no_answer_seconds = 25", "no_answer_seconds = 25.0", "with decimals; write a number"),
        ('lines = ["foenix"]', 'lines = "foenix"', 'lines is a list; write ["foenix"]'),
        ('"6705", "6710"', '6705, "6710"', "holds a number; write it in quotation marks"),
        ('phone = "+4576160002"', "phone = 76160002", 'write "+4576160002"'),
        ('[line.hours]\nvoice = ["daily', 'ring = 25\n[line.hours]\nvoice = ["daily', "as in [line.ring]"),
        # Texts
        ('name = "Esbjerg"', 'name = " "', "name is empty"),
        ('name = "Esbjerg"', 'name = "Es\\nbjerg"', "a line break in it"),
        ('name = "Esbjerg"', 'name = "Esbjerg "', "spaces around it"),
        ('name = "Esbjerg"', f'name = "{"E" * 81}"', "has 81 characters; use 80"),
        ('id = "w1"', 'id = "Vagt Ærø"', 'write "vagt-aeroe"'),
        # Ids and references
        ('id = "toften"', 'id = "foenix"', 'id "foenix" is used twice: it stands on line 18 already'),
        ('id = "vest"', 'id = "toften"', "lines and night lines share their ids"),
        ('id = "k1"', 'id = "w1"', 'id "w1" is used twice'),
        ('code = "0430"', 'code = "0561"', "each municipality stands once"),
        ('["0430"]', '["0431"]', 'which is no municipality of this file; did you mean "0430"?'),
        ('night_line = "vest"', 'night_line = "west"', 'which is no night line; did you mean "vest"?'),
        ('["foenix", "toften"]', '["fønix", "toften"]', 'did you mean "foenix"?'),
        ('fallback = "vest"', 'fallback = "toften"', "which is no night line; known are vest"),
        ('lines = ["foenix"]', 'lines = ["phoenix"]', 'which is no line; did you mean "foenix"?'),
        ('night_lines = ["vest"]', 'night_lines = ["foenix"]', "which is no night line"),
        ('lines = ["foenix"]', 'lines = ["foenix", "foenix"]', 'holds "foenix" twice'),
        # Telephone numbers
        ('"+4576160001" ', '"76 16 00 01" ', 'write "+4576160001"'),
        ('"+4520000001"', '"+452000000"', "is no telephone number"),
        ('"+4576160099"', '"112"', "is no telephone number"),
        ('"+4576160002"', '"+4576160001"', 'twice: it stands on line 21 already, in line "foenix"'),
        ('"+4576160091"', '"+4576160001"', 'partner_phone "+4576160001" is used twice'),
        ('"+4570200000"', '"+4576160002"', "one number leads to one place"),
        ('"+4520000003"', '"+4520000001"', "each worker has a phone of their own"),
        ('"+4520000003"', '"+4576160091"', "the gateway would ring itself"),
        # Municipalities, postcodes, zone, languages
        ('code = "0430"', 'code = "430"', 'not the official four digits; write "0430"'),
        ('code = "0430"', 'code = "Faaborg"', "not the official four digits"),
        ('code = "0430"', 'code = "04300"', "not the official four digits"),
        ('postcodes = ["5600"]', 'postcodes = ["560"]', 'postcode "560" is not four digits'),
        ('postcodes = ["5600"]', 'postcodes = ["6705"]', "a postcode leads to one municipality"),
        ("Europe/Copenhagen", "Europe/Kopenhagen", 'did you mean "Europe/Copenhagen"?'),
        ("Europe/Copenhagen", "Mars", 'write "Europe/Copenhagen"'),
        ("Europe/Copenhagen", "Europe", "is not known"),
        ("Europe/Copenhagen", "../etc/passwd", "is not known"),
        ('["da", "en"]  ', '["da", "pl"]  ', "no language with words in config/texts"),
        ('["da", "en"]  ', "[]  ", 'write at least ["da"]'),
        ('languages = ["da", "en"]\n\n[[worker', 'languages = ["dansk"]\n\n[[worker', 'as in "da" or "en"'),
        # Windows
        ("daily 08:00-22:00", "daily 08:00-25:00", "sms: 25:00 is no time of day; write 00:00 to 24:00"),
        ("daily 23:00-07:00", "natten", '"natten" is no opening window'),
        ('voice = ["always"]', "voice = []", 'write ["never"] or ["always"]'),
        # Ring, roles, work
        ("no_answer_seconds = 25", "no_answer_seconds = 4", "is 4; write 5 to 120 seconds"),
        ("no_answer_seconds = 25", 'wake = "fax"', 'wake names "fax", which is no way to wake a phone'),
        ("no_answer_seconds = 25", "no_answer_seconds = 121", "is 121; write 5 to 120 seconds"),
        ('["administrator"]', '["admin"]', "which is no role; known are worker, coordinator, administrator"),
        ('roles = ["worker"]', "roles = []", "roles is empty"),
        ('municipalities = ["0430"]', "municipalities = []", "name one or more"),
        ('lines = ["foenix", "toften"]\nfall', "lines = []\nfall", "lines is empty"),
        # A line's own words
        ("Toften. Tryk 1.", "{kommune}. Tryk 1.", "it can use {line} and {municipality}"),
        ("Toften. Tryk 1.", "{line. Tryk 1.", "a brace too many or too few"),
        ("Toften. Tryk 1.", "{line!r}", "more than a name between braces"),
        ("Toften. Tryk 1.", " ", "whisper is empty"),
        ('whisper = "Toften. Tryk 1."', 'closed = "Vi har lukket."', "leaves out {hours}"),
        ('whisper = "Toften. Tryk 1."', "whisper = 1", "is a number; write text"),
        ("[line.texts.da]", "[line.texts.pl]", 'has no "pl"'),
    ],
)
def test_a_mistake_is_told_with_its_line(before: str, after: str, says: str) -> None:
    text = changed(before, after)
    with pytest.raises(SiteFileError) as caught:
        read_site(text)
    assert [problem.line for problem in caught.value.problems if says in problem.message] == [
        first_change(text)
    ], str(caught.value)


@pytest.mark.parametrize(
    ("before", "header", "says"),
    [
        ('timezone = "Europe/Copenhagen"\n', "[site]", "[site]: timezone is missing"),
        ('name = "Faaborg-Midtfyn"\n', 'code = "0430"', 'municipality "0430": name is missing'),
        ('name = "Akuttilbuddet Toften"\n', 'id = "toften"', 'line "toften": name is missing'),
        ('hours = ["daily 23:00-07:00"]\n', 'id = "vest"', 'night_line "vest": hours is missing'),
        ('fallback = "vest"\n', 'phone = "+4570200000"', 'shared_number "+4570200000": fallback is missing'),
        ('mobile = "+4520000003"\n', 'id = "a1"', 'worker "a1": mobile is missing'),
        ('roles = ["administrator"]\n', 'id = "a1"', "has neither lines nor night_lines"),
    ],
)
def test_what_is_missing_is_told_at_the_header(before: str, header: str, says: str) -> None:
    text = changed(before, "")
    at = line_of(text, header) - (0 if header.startswith("[") else 1)
    assert check_site(text).problems == (Problem(at, check_site(text).problems[0].message),)
    assert says in check_site(text).problems[0].message


def test_a_missing_id_is_told_with_the_kind_of_table() -> None:
    text = changed('id = "a1"\n', "")
    assert [str(problem) for problem in check_site(text).problems] == [
        f"line {line_of(text, 'Administrator 1') - 1}: [[worker]]: id is missing"
    ]


def test_a_backup_phone_of_our_own_would_ring_ourselves() -> None:
    text = changed('"+4576160099"', '"+4570200000"')
    (problem,) = check_site(text).problems
    assert problem.line == line_of(text, "backup_phone")
    assert "the gateway would ring itself" in problem.message


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "[site] is missing; it holds id, name, timezone, languages"),
        ("", 1, "[[line]] is missing"),
        ("# only words\n", 1, "[site] is missing"),
        ('[site]\nid = "x', 2, "this is not TOML"),
        ("[[municipality]]\ncode = 0561\n", 2, 'in quotation marks, as in code = "0561"'),
        ("[[municipality]]\nname = Esbjerg\n", 2, "in quotation marks"),
        ("[site]\n[site]\n", 2, "this is not TOML"),
        ("site = 3\nline = 4\n", 1, "is a number; write a table, as in [site]"),
        ("site = 3\nline = 4\n", 2, "write [[line]] with two brackets"),
        ("line = [1]\n", 1, "is a number; write a table"),
    ],
)
def test_what_is_hardly_a_site_file_is_told_so(text: str, line: int, says: str) -> None:
    problems = check_site(text).problems
    assert any(problem.line == line and says in problem.message for problem in problems), problems


@pytest.mark.parametrize("seconds", [5, 120])
def test_the_ends_of_the_ring_time_are_allowed(seconds: int) -> None:
    site = read_site(changed("no_answer_seconds = 25", f"no_answer_seconds = {seconds}"))
    assert site.lines["foenix"].no_answer_seconds == seconds


def test_one_code_written_short_is_one_mistake() -> None:
    text = changed('code = "0561"', 'code = "561"')
    assert len(check_site(text).problems) == 1


def test_twelve_mistakes_are_told_at_once() -> None:
    text = GOOD
    mistakes = [
        ('timezone = "Europe/Copenhagen"', 'timezone = "Europe/Kopenhagen"', "timezone"),
        ('code = "0561"    ', 'code = "561"    ', '"0561"'),
        ('name = "Faaborg-Midtfyn"', 'nmae = "Faaborg-Midtfyn"', '"nmae"'),
        ('postcodes = ["5600"]', 'postcodes = ["5600", "6700"]', '"6700"'),
        ('"+4576160001" ', '"76 16 00 01" ', '"76 16 00 01"'),
        ("sat,sun,holidays 12:00-24:00", "sat,sun,holidays 12:00-25:00", "25:00"),
        ("no_answer_seconds = 25", "no_answer_seconds = 250", "250"),
        ('municipalities = ["0430"]', 'municipalities = ["0340"]', '"0340"'),
        ('whisper = "Toften. Tryk 1."', 'whisper = "{sted}. Tryk 1."', "{sted}"),
        ('fallback = "vest"', 'fallback = "west"', '"west"'),
        ('mobile = "+4520000002"', 'mobile = "+4576160091"', '"+4576160091"'),
        ('roles = ["administrator"]', 'roles = ["chef"]', '"chef"'),
    ]
    for before, after, _ in mistakes:
        assert before in text
        text = text.replace(before, after, 1)
    problems = check_site(text).problems
    assert [problem.line for problem in problems] == [line_of(text, after) for _, after, _ in mistakes]
    for problem, (_, _, about) in zip(problems, mistakes, strict=True):
        assert about in problem.message


def test_nothing_of_a_bad_file_is_loaded() -> None:
    checked = check_site(changed('name = "Esbjerg"', "name = 7"))
    assert checked.site is None
    assert checked.warnings == ()
    with pytest.raises(SiteFileError) as caught:
        read_site(changed('name = "Esbjerg"', "name = 7"))
    assert str(caught.value) == 'line 9: municipality "0561": name is a number; write text'


@pytest.mark.parametrize("text", ["a = " + "9" * 5000, "a = " + "[" * 2000, "\0", "a = 2026-13-45"])
def test_no_text_is_too_odd_to_be_answered(text: str) -> None:
    assert check_site(text).problems


@given(st.data())
def test_a_file_spoiled_anywhere_is_answered_with_lines_that_exist(data: st.DataObject) -> None:
    lines = GOOD.splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        values = st.sampled_from(
            ["", "1", "true", '""', "[]", "{}", "[1]", '["x"]', "{a = 1}", "2026-11-22", '"ø"']
        )
        key = lines[at].partition("=")[0]
        lines[at] = data.draw(
            st.one_of(
                values.map(lambda value, key=key: f"{key} = {value}"), st.sampled_from(lines), st.text()
            )
        )
    checked = check_site("\n".join(lines))
    assert (checked.site is None) is bool(checked.problems)
    assert all(1 <= problem.line <= len("\n".join(lines).split("\n")) for problem in checked.problems)
