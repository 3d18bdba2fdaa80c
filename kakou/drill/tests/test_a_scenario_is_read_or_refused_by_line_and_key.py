import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kakou.drill.days import Mischief
from kakou.drill.rules import MOST_PEOPLE
from kakou.drill.scenarios import ScenarioRefused, read, shipped, text_of
from kakou.drill.scenarios.kinds import KINDS
from kakou.workorders.events import KINDS as ORDERS

HEAD = """title = { zh = "一", en = "one" }
aim = { zh = "做", en = "do" }
people = 100
days = 1
"""
SILENCE = """
[[incident]]
kind = "silence"
gate = "望舒苑/正门"
at = "now-1:00"
minutes = 60
"""
FIND = """
[[find]]
order = "fever"
words = { zh = "找", en = "find" }
"""


def refused(text):
    with pytest.raises(ScenarioRefused) as told:
        read(text)
    return told.value.params


@pytest.mark.parametrize("name", shipped())
def test_those_that_come_with_kakou_are_good(name):
    scenario = read(text_of(name)[1])
    assert scenario.incidents
    assert scenario.finds
    assert {*scenario.title, *scenario.aim} == {"zh", "en"}
    assert all(find.order in ORDERS for find in scenario.finds)


def test_three_or_more_come_with_it_and_every_kind_of_incident_is_in_one():
    assert len(shipped()) >= 3
    used = {one.kind for name in shipped() for one in read(text_of(name)[1]).incidents}
    assert used == {*KINDS}


@pytest.mark.parametrize(
    ("text", "line", "key", "allowed"),
    [
        (HEAD.replace("days = 1", "days = 0"), 4, "days", "1 … 60"),
        (HEAD + "speed = 2\n", 5, "speed", "title, aim, seed, people, days, mischief, incident, find"),
        (HEAD.replace(', en = "do"', ""), 2, "aim", '{ zh = "…", en = "…" }, 1 … 400'),
        (HEAD.replace("people = 100\n", ""), 1, "people", f"10 … {MOST_PEOPLE}"),
        (HEAD + SILENCE.replace("silence", "earthquake"), 7, "incident 1 kind", ", ".join(KINDS)),
        (HEAD + SILENCE + SILENCE.replace("minutes = 60", "minutes = true"), 16, "incident 2 minutes", "1 … 2880"),
        (HEAD + SILENCE.replace("now-1:00", "tomorrow"), 9, "incident 1 at", "now±H:MM, today HH:MM, yesterday HH:MM"),
        (HEAD + SILENCE.replace("正门", "后门"), 8, "incident 1 gate", "望舒苑/正门"),
        (HEAD + SILENCE + "gatte = 1\n", 11, "incident 1 gatte", "gate, at, minutes, kind"),
        (HEAD + FIND.replace("fever", "plague"), 7, "find 1 order", None),
        (HEAD + "[mischief]\nunseen = 2\n", 6, "mischief unseen", "0.0 … 1.0"),
        (HEAD + "[mischief]\nloss = 1\n", 6, "mischief loss", "true, false"),
        (HEAD + "incident = 3\n", 5, "incident", "[[incident]], 0 … 40"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_its_key_and_what_is_allowed(text, line, key, allowed):
    told = refused(text)
    assert (told["line"], told["key"]) == (line, key)
    known = ", ".join(
        sorted(ORDERS)
    )  # of every app: they are registered by now, and may not be when tests are collected
    assert told["allowed"].startswith(known if allowed is None else allowed)


def test_what_is_lost_or_tampered_with_lies_before_the_beginning():
    lost = SILENCE.replace("silence", "lost_queue").replace("minutes = 60", "items = 3")
    assert read(HEAD + lost).incidents[0].told["items"] == 3
    for ahead in ("now+0:10", "today 23:00"):
        assert refused(HEAD + lost.replace("now-1:00", ahead))["key"] == "incident 1 at"


def test_what_is_no_toml_is_told_with_its_line():
    assert "line 2" in refused("a = 1\nb = \n")["why"]


def test_a_drill_too_large_is_refused():
    with pytest.raises(ScenarioRefused):
        read(HEAD.replace("people = 100", "people = 1000000").replace("days = 1", "days = 60"))


def test_mischief_begins_as_usual_or_from_none():
    assert read(HEAD).mischief == Mischief()
    told = read(HEAD + '[mischief]\nbase = "none"\nunseen = 0.01\n').mischief
    assert (told.unseen, told.refused, told.wrong_clock) == (0.01, 0, False)


def test_a_file_that_is_not_there_is_refused_with_the_names_of_those_that_are(tmp_path):
    with pytest.raises(ScenarioRefused) as told:
        text_of(str(tmp_path / "none.toml"))
    assert told.value.params["known"] == ", ".join(shipped())
    (tmp_path / "large.toml").write_text("#" * 70_000)
    with pytest.raises(ScenarioRefused):
        text_of(str(tmp_path / "large.toml"))


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["kind", "gate", "at", "minutes", "people", "x"]), st.text(max_size=6) | st.integers()
    )
)
def test_whatever_stands_in_an_incident_it_is_read_or_refused(told):
    lines = "".join(f"{key} = {value!r}\n" for key, value in told.items() if "\\" not in repr(value) and value != "'")
    with contextlib.suppress(ScenarioRefused):
        read(HEAD + "[[incident]]\n" + lines)
