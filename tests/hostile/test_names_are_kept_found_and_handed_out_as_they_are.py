"""Names with dots, rare characters, other scripts and lengths, at every door that takes one: kept letter by letter or
refused in words; found by any spelling; printed, handed out as a sheet and back, and told in messages as they are."""

from __future__ import annotations

import datetime as dt
import json
import time
import unicodedata
import uuid

import pypdfium2
import pytest
from django.core.cache import cache
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as some

from kakou.access.scope import acting_as, acting_as_system
from kakou.notices.adapters import KINDS, Notice, Reach
from kakou.notices.adapters.sms import PART, PARTS
from kakou.people import queries as people
from kakou.people.actions import NewPerson, add_person, reveal
from kakou.people.census import import_census
from kakou.people.census.handing_out import plain_census_sheet
from kakou.people.rules import Category, Facts, NameRefused, check_name, name_initials, normalise_name
from kakou.screening.printing import PAPER_COLUMNS, LedgerPage, LedgerWords, NotPrintable, ledger_sheet, pages_of
from kakou.services.rules.robots import dingtalk_signature
from kakou.web.sheets import SheetProblems, read_sheet, write_xlsx
from tests.cast import AT
from tests.hostile.forms_of_pages import forms_of
from tests.hostile.kept import found_at
from tests.hostile.test_hostile_texts_break_no_form import Visitor
from tests.hostile.texts import DOTTED, KEPT, UNFIT
from tests.hostile.trying import told_of

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
# page, field, whether anybody may open it; {…} as in the world of the matrix
DOORS = (
    ("people/new/?place={unit}", "name", False),
    ("people/new/?place={unit}", "address", False),
    ("staff/new/?place={unit}", "display", False),
    ("staff/new/?place={unit}", "username", False),
    ("staff/new/?place={unit}", "branch", False),
    ("first-steps/place/", "name", False),
    ("first-steps/place/", "entrance", False),
    ("first-steps/site/", "site", False),
    ("devices/enrol/?place={entrance}", "name", False),
    ("services/new/?place={unit}", "text", False),
    ("services/new/?place={unit}", "name", False),
    ("services/keys/?place={unit}", "name", False),
    ("directives/new/?place={unit}", "title", False),
    ("directives/new/?place={unit}", "issuer", False),
    ("notices/new/?kind=wecom&place={unit}", "name", False),
    ("tracing/?place={unit}", "title", False),
    ("s/at/{unit}/", "text", True),
    ("s/at/{unit}/", "name", True),
    ("p/{place_code}/visit/", "name", True),
    ("p/{place_code}/visit/", "door", True),
)
FIXED = {
    "phone": "13800138009", "number": "13800138009", "username": "laowang", "document": "", "reason": "核对名单",
    "url": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=made-up", "secret": "", "to": "", "who": "13800000000",
    "expires_on": "", "phone_again": "", "words": "", "lon": "", "lat": "",
}  # fmt: skip


def form_with(visitor, path, field):
    """The form of that page that has the field."""
    page = visitor.ask("GET", path)
    found = list(forms_of(page.content.decode()))
    form = next((one for one in found if field in one.typed), None)
    if form is None:
        return path, {}, (path, page.status_code, field, [one.typed for one in found])
    fixed = {name: value for name, value in FIXED.items() if name in form.values and name != field}
    return form.action or path, form.values | fixed, None


def fitting(page, world):
    """What a form asks besides, that no usual value fits."""
    if page.startswith("directives"):
        return {"units": world["garden"]["unit"], "number": "睢防办〔2021〕12号"}
    if page == "first-steps/place/":
        return {"inside": world["street"]["unit"], "kind": "community_urban"}
    return {}


def kept(visitor, path, values, text, place):
    """Status, what was told, and where in the database it stood before it was taken back."""
    cache.clear()
    with transaction.atomic():
        answer = visitor.client.post(path, values)
        with acting_as_system():
            spellings = dict.fromkeys((text.strip(), " ".join(text.split())))  # white space is nobody's name
            found = (found_at(one, place) for one in spellings if answer.status_code < 400)
            at = next(filter(None, found), None)
        transaction.set_rollback(True)
    return answer.status_code, told_of("html", answer.content.decode(errors="replace")), at


def at_every_door(world, everybody, good, unfit, record_property):
    visitors, wrong, tried, taken = {True: Visitor(), False: Visitor(everybody)}, [], 0, 0
    for page, field, is_public in DOORS:
        visitor, place, of_door, last = visitors[is_public], None, 0, ""
        path, values, trouble = form_with(visitor, f"/{page}".format(**world["garden"]), field)
        if trouble:
            wrong.append(trouble)
            continue
        values |= fitting(page, world)
        for what, text in good.items():
            status, said, at = kept(visitor, path, values | {field: text}, text, place)
            tried, of_door, place, last = tried + 1, of_door + (at is not None), at or place, said or last
            if status >= 500 or (status < 400) != (at is not None) or (status >= 400 and not said):
                wrong.append((page, field, what, status, said[:120], at))
        for what, text in unfit.items():
            status, said, _ = kept(visitor, path, values | {field: text}, text, place)
            tried += 1
            if status >= 500 or (what in ("NUL", "a million characters") and not (400 <= status < 500 and said)):
                wrong.append((page, field, what, status, said[:120]))
        taken += of_door
        if not of_door:
            wrong.append((page, field, "takes no name at all", last[:300]))
    record_property("hostile: names at doors", tried)
    record_property("hostile: names kept letter by letter", taken)
    record_property("hostile: names wrong", len(wrong))
    print(f"\n{tried} names at {len(DOORS)} doors: {taken} kept letter by letter, {len(wrong)} wrong")
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.slow
def test_a_few_names_are_kept_letter_by_letter_or_refused_at_every_door(world, everybody, record_property):
    good = {what: KEPT[what] for what in ("a hyphenation point", "a full stop", "Ext B to H", "emoji")}
    at_every_door(world, everybody, good, {what: UNFIT[what] for what in ("NUL",)}, record_property)


@pytest.mark.chaos
@pytest.mark.timeout(3600)
def test_every_name_is_kept_letter_by_letter_or_refused_at_every_door(world, everybody, record_property):
    at_every_door(world, everybody, KEPT, UNFIT, record_property)


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_what_a_robot_hands_over_is_kept(world, client, text):
    now = str(time.time_ns() // 1_000_000)
    body = {
        "msgtype": "text",
        "text": {"content": f"{text} 家里断水"},
        "msgId": now,
        "senderNick": text,
        "createAt": now,
    }
    told = {"timestamp": now, "sign": dingtalk_signature("k", now)}
    cache.clear()
    answer = client.post(
        f"/in/{world['garden']['robot']}/", json.dumps(body), content_type="application/json", headers=told
    )
    assert answer.status_code == 200
    with acting_as_system():
        assert found_at(text.strip())


@pytest.fixture
def registered(world, everybody, tree):
    """Everybody of KEPT whose name may stand in the register, in the garden."""
    made = {}
    with acting_as(everybody):
        for number, (what, name) in enumerate(KEPT.items()):
            facts = Facts(name, phone=f"139{number:08}", address=f"{number + 1}-1-101")
            try:
                made[what] = add_person(
                    NewPerson(tree.garden.pk, facts, Category.RESIDENT_REGISTERED), by=everybody, at=AT
                )
            except NameRefused:
                assert what in ("a formula",)
    return made


@pytest.mark.parametrize("asked", [*DOTTED.values(), "阿卜杜热合曼 · 买买提", " 阿卜杜热合曼･买买提"])
def test_whoever_has_a_dot_in_the_name_is_found_by_any_dot(registered, everybody, asked):
    with acting_as(everybody):
        found = {one.id for one in people.search(asked)}
    assert found == {registered[what].pk for what in DOTTED}


def test_everybody_is_found_by_the_name_as_typed_in_any_form_and_by_its_first_letters(registered, everybody):
    forms = ("NFC", "NFD", "NFKC", "NFKD")
    with acting_as(everybody):
        for what, person in registered.items():
            for asked in (
                KEPT[what],
                *(unicodedata.normalize(form, KEPT[what]) for form in forms),
                KEPT[what].swapcase(),
            ):
                assert person.pk in {one.id for one in people.search(asked)}, (what, asked)
            for letters in name_initials(KEPT[what]):
                assert person.pk in {one.id for one in people.search(letters)} or not letters.isascii(), (what, letters)


def test_everybody_is_revealed_as_typed(registered, everybody):
    with acting_as(everybody):
        for what, person in registered.items():
            assert reveal(person, "name", reason="核对名单", by=everybody, at=AT) == KEPT[what].strip()


def test_a_list_with_them_goes_out_and_comes_back_without_a_change(registered, everybody, tree):
    garden = tree.garden.pk
    with acting_as(everybody):
        out = plain_census_sheet([garden], place=garden, language="zh", reason="核对名单", by=everybody, at=AT)
        handed = {str(value) for row in read_sheet(out, filename="a.xlsx").rows() for value in row.values if value}
        assert {person_name for what, person_name in KEPT.items() if what in registered} - handed == set()
        try:
            done = import_census(out, filename="a.xlsx", node=garden, by=everybody, at=AT)
        except SheetProblems as wrong:
            pytest.fail(str([(str(one), one.place) for one in wrong.problems]))
        assert (done.added, done.changed) == (0, 0)
        assert done.same == len(list(read_sheet(out, filename="a.xlsx").rows())) >= len(registered)


def test_names_are_sorted_alike_however_they_came(registered, everybody, tree):
    """The order of a list is one: by the same names in another order it is the same."""
    names = sorted(map(normalise_name, KEPT.values()))
    assert sorted(map(normalise_name, reversed(KEPT.values()))) == names
    assert len({normalise_name(name) for name in DOTTED.values()}) == 1


RIGHT_TO_LEFT = ("right to left", "Uyghur")
LEDGER = LedgerWords("出入登记", "阳光小区", [*PAPER_COLUMNS], "{page}/{pages}", "", "zh")


@pytest.mark.slow
@pytest.mark.parametrize("what", KEPT)
def test_a_name_is_printed_as_it_is_or_refused_with_the_character_that_no_font_has(what):
    row = ["" for _ in PAPER_COLUMNS]
    row[2] = KEPT[what]
    assert pages_of([row]) == [[0]]
    try:
        paper = ledger_sheet([LedgerPage([row], [False], [])], LEDGER, made_on=dt.date(2021, 8, 10))
    except NotPrintable as refused:
        assert "U+" in str(refused)
        assert what not in DOTTED
        return
    page = pypdfium2.PdfDocument(paper)[0]
    text = page.get_textpage().get_text_range()
    if what in RIGHT_TO_LEFT:  # a page holds its letters as they stand from the left, some as one glyph
        assert set(bare(KEPT[what])) <= set(bare(text))
    else:
        assert bare(KEPT[what]) in bare(text)


def bare(text):
    """Without what a page breaks lines by; of two forms of one letter the composed one."""
    shown = "".join(
        char for char in text if unicodedata.category(char) not in ("Cf", "Cc", "Zs", "Mn") and not char.isspace()
    )
    return unicodedata.normalize("NFKC", shown)


def notice(text):
    return Notice(uuid.UUID(int=1), "k", "", text, AT)


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
@pytest.mark.parametrize("kind", ["sms", "wecom", "dingtalk", "feishu", "webhook"])
def test_a_message_says_the_name_as_it_is(kind, text):
    reach = Reach("https://example.cn/?access_token=a&key=k", "c2VjcmV0", ("+8613800138000",))
    sent = KINDS[kind].build(reach, notice(f"请 {text} 回电"), AT)
    shown = text.replace("<", "＜") if kind == "feishu" else text  # which would take it for a mark of its own
    assert shown in json.dumps(json.loads(sent.body), ensure_ascii=False).replace('\\"', '"')


@given(text=some.text(some.characters(codec="utf-8"), min_size=300, max_size=600))
def test_a_text_message_is_never_cut_inside_a_character(text):
    sent = KINDS["sms"].build(Reach("https://example.cn/", "", ("+8613800138000",)), notice(text), AT)
    said = json.loads(sent.body)["text"]
    assert len(said.encode("utf-16-le")) // 2 <= PART * PARTS
    assert said == text or text.startswith(said.removesuffix("…"))


@given(name=some.text(some.characters(codec="utf-8"), max_size=80))
def test_any_name_is_refused_in_words_or_goes_through_a_sheet_unchanged(name):
    try:
        kept_as = check_name(name)
    except NameRefused as refused:
        assert str(refused)
        return
    (row,) = read_sheet(write_xlsx([[kept_as]], ["姓名"]), filename="a.xlsx").rows()
    assert row.values == [kept_as]
    assert normalise_name(kept_as) == normalise_name(unicodedata.normalize("NFD", kept_as))
