"""One look at every page of the URL conf, on a desk and on a phone, in both languages.

A new page is in here by being routed. One whose URL names a thing says in `THINGS` which; what is no page says so in
`NO_PAGE`.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
import time_machine
from babel.messages.pofile import read_po

import kakou
from kakou import vault
from kakou.access.actions import grant_role
from kakou.access.badges.actions import issue_badge
from kakou.access.incoming import set_aside
from kakou.access.incoming.results import Waiting
from kakou.access.models import Device, PhoneState, Staff
from kakou.access.rules import Role
from kakou.access.scope import acting_as, acting_as_system
from kakou.deliveries.models import Delivery
from kakou.deliveries.tests.bringing import WAY, announced, left, step, truck_driver
from kakou.directives.models import Task
from kakou.directives.tests.handing import handed
from kakou.drill.actions import plan
from kakou.drill.models import Settlement
from kakou.kernel.photos import picture_of
from kakou.ledger.actions.correcting import correct
from kakou.ledger.actions.gate_sheets import Printing, make_forms
from kakou.ledger.actions.paper import type_in
from kakou.ledger.gatesheet import OF_A_FORM
from kakou.ledger.gatesheet.reading import titled
from kakou.ledger.models import PaperEntry, Passage
from kakou.ledger.queries.paper import ref_of
from kakou.people.actions.attaching import attach
from kakou.people.census import import_census
from kakou.people.models import CensusImport
from kakou.people.queries import person_at
from kakou.people.rules import AttachmentKind
from kakou.people.tests.listed import residents, workbook
from kakou.places.tests.mapped import mapped
from kakou.services.models import Proposal, Request
from kakou.services.tests.asking import lamp_reported_twice, message_waits, robot_of_a_group
from kakou.services.tests.test_a_photo_keeps_nothing_but_the_picture import png
from kakou.skills.models import Asked, Call, Licence
from kakou.skills.tests.helping import ask, call, driver
from kakou.web.queries import site_zone
from tests.cast import AT, staff
from tests.journeys.conftest import DESK, PHONE
from tests.matrix.test_every_route import VIEWS

OF_RULES = ("", "try/", "compare/", "numbers/", "publish/")
THINGS = {
    "places/<int:node>/shape/": lambda d: mapped(d.tree).garden.pk,
    "keys/<slug:day>/": lambda d: vault.store().data_keys()[0].name.partition(".")[0],
    "staff/<int:id>/": lambda d: d.cast.worker.pk,
    "places/<int:node>/": lambda d: d.tree.garden.pk,
    "places/<int:node>/recut/": lambda d: d.tree.garden.pk,
    "places/<int:node>/answers/": lambda d: d.tree.orchard.pk,
    "places/<int:node>/second/": lambda d: d.tree.garden.pk,
    "places/entrance/<int:node>/": lambda d: d.tree.garden_gate.pk,
    "ledger/subject/<uuid:subject>/": lambda d: d.wang,
    "ledger/subject/<uuid:subject>/reveal/<slug:field>/": lambda d: d.wang,
    "ledger/quarantine/<uuid:item>/": lambda d: d.unfit,
    "ledger/passage/<uuid:passage>/": lambda d: corrected(d),
    "ledger/passage/<uuid:passage>/correct/": lambda d: corrected(d),
    "ledger/gate-sheet/<int:node>/": lambda d: d.tree.garden_gate.pk,
    "ledger/gate-sheet/<int:node>/plain/": lambda d: d.tree.garden_gate.pk,
    "ledger/paper/<int:node>/": lambda d: typed_in(d).node_id,
    "ledger/paper/<int:node>/type-in/": lambda d: d.tree.garden_gate.pk,
    "ledger/paper/entry/<uuid:entry>/": lambda d: typed_in(d).pk,
    "ledger/loops/<uuid:order>/": lambda d: d.order,
    "ledger/allowances/<int:node>/": lambda d: d.tree.garden.pk,
    **{f"screening/rules/<str:version>/{page}": lambda d: "cn-2021-08.2" for page in OF_RULES},
    "people/households/<uuid:id>/": lambda d: d.wang,
    "people/attachments/<uuid:id>/": lambda d: pictured(d),
    "people/census/<uuid:id>/": lambda d: first(CensusImport),
    "incoming/<uuid:id>/": lambda d: set_aside_list(d),
    "ledger/place-codes/<int:node>/": lambda d: d.tree.garden.pk,
    "p/<str:code>/": lambda d: d.place_code,
    "p/<str:code>/visit/": lambda d: d.place_code,
    "screening/posters/<int:node>/": lambda d: d.tree.garden.pk,
    "services/<uuid:id>/": lambda d: first_request(),
    "services/<uuid:id>/reveal/": lambda d: first_request(),
    "skills/<uuid:id>/": lambda d: first(Licence),
    "helpers/<uuid:id>/": lambda d: first(Call),
    "h/<str:code>/": lambda d: code_of_asked(),
    "deliveries/<uuid:id>/": lambda d: first(Delivery),
    "d/at/<int:node>/": lambda d: d.tree.garden.pk,
    "d/p/<str:code>/": lambda d: d.place_code,
    "services/proposals/<uuid:id>/": lambda d: first_proposal(),
    "services/ways-in/new/<slug:kind>/": lambda d: "mailbox",
    "services/ways-in/<int:id>/": lambda d: robot_of_a_group(d.tree.east.pk),
    "directives/<uuid:id>/": lambda d: first_task().directive_id,
    "directives/task/<uuid:id>/": lambda d: first_task().pk,
    "s/map/<int:node>/": lambda d: mapped(d.tree).east.pk,
    "s/at/<int:node>/": lambda d: d.tree.garden.pk,
    "s/p/<str:code>/": lambda d: d.place_code,
    "screening/fever/<uuid:case>/": lambda d: d.fever,
    "screening/audits/<uuid:passage>/": lambda d: d.audit,
    "screening/passes/<uuid:id>/": lambda d: d.card,
    "notices/channel/<int:id>/": lambda d: d.channel,
    "notices/message/<int:id>/": lambda d: d.message,
    "screening/passes/new/<uuid:subject>/": lambda d: d.wang,
}
NO_PAGE = {
    "api/": "for programs",
    "livez": "for programs",
    "readyz": "for programs",
    "metrics": "for programs",
    "root-certificate/kakou-root.": "a file",
    "language/": "POST",
    "theme/": "POST",
    "screening/rules/<str:version>/file/": "a file",
    "screening/areas/file/": "a file",
    "people/census/sheet/": "a file",
    "people/alike/decide/": "POST",
    "ledger/place-codes/<int:node>/poster/": "a file",
    "ledger/gate-sheet/<int:node>/sheet/": "a file",
    "ledger/gate-sheet/<int:node>/print/": "POST",
    "ledger/paper/<int:node>/forms/": "POST",
    "ledger/paper/form/": "a file",
    "ledger/loops/sheet/": "a file",
    "ledger/loops/board/sheet/": "a file",
    "screening/passes/paper/": "POST",
    "badge/revoke/": "POST",
    "staff/roster/sheet/": "a file",
    "staff/roster/mobilise/": "POST",
    "staff/<int:id>/factor/": "POST",
    "tracing/follow-up/sheet/": "a file",
    "tracing/follow-up/calendar/<slug:form>/": "a file",
    "tracing/contacts/decide/": "POST",
    **dict.fromkeys(
        (
            "tracing/outbreak/<",
            "tracing/person/<",
            "tracing/trace/<",
            "tracing/names/<",
            "tracing/question/<",
            "tracing/line-list/<",
            "tracing/hand-overs/",
        ),
        "needs an outbreak: looked over in the journeys of tracing",
    ),
    "live/": "for the script of the shell",
    "still-here/": "for the script of the shell",
    "view-as/end/": "POST",
    "services/<uuid:id>/photo/": "a file",
    "ledger/loops/picture/<uuid:id>/": "a file",
    "skills/<uuid:id>/<slug:act>/": "POST",
    "helpers/<uuid:id>/ask/": "POST",
    "helpers/<uuid:id>/end/": "POST",
    "helpers/asked/": "POST",
    "deliveries/<uuid:id>/step/": "POST",
    "parcels/find/": "POST",
    "parcels/told/": "POST",
    "parcels/<uuid:id>/collect/": "POST",
    "parcels/sheet/": "a file",
    "places/shapes/": "a file",
    "places/sheet/": "a file",
    "places/seal/<uuid:id>/": "a file",
    "in/<uuid:row>/": "for robots",
    "s/near/": "POST",
    "services/proposals/<uuid:id>/photo/": "a file",
    "directives/<uuid:id>/sheet/": "a file",
    "directives/texts/poster/": "a file",
    "directives/paper/<uuid:id>/": "a file",
    "open311/": "for programs",
    "accounts/2fa/recovery-codes/download/": "a file",
    "drill/enter/<str:token>/": "logs in as somebody else",
    "accounts/logout/": "logs out, which has its own journey",
    "accounts/2fa/webauthn/keys": "needs a key of metal",
    **dict.fromkeys(("accounts/email/", "accounts/confirm-email/", "accounts/password/reset/"), "closed"),
}
ACTS = re.compile(
    r"<\w+:\w+>/(shape/)?(revoke|off|stop|resume|switch|test|retry|discard|close|note|owner|reopen|management|set|end|step"
    r"|cancel|withdraw|make|join|leave|duplicate|rate|unlock|remind|acknowledge|done|undo|part|answer|attach|remove|password"
    r"|back|settle)/$"
    r"|^tracing/follow-up/<uuid:id>/\w+(-\w+)?/$|/questions/(close|rank)/$|/(step/<slug:step>|prove/<slug:proof>)/$"
    r"|^ledger/expected/decline/$|^workorders/days/forget/$|^drill/(seat|time)/$"
)
# every text of ours that has a Chinese one which differs
KAKOU = Path(kakou.__file__).parent


def catalogue():
    texts = {}
    for file in sorted(KAKOU.glob("*/locale/zh_Hans/LC_MESSAGES/django.po")):
        with file.open("rb") as f:
            for message in read_po(f):
                for english in message.id if isinstance(message.id, tuple) else (message.id,):
                    if english and "%(" not in english and english != message.string:
                        texts[english] = message.string
    return texts


ENGLISH = catalogue()
TEXTS = """() => {
  const walk = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT), texts = [];
  for (let node; (node = walk.nextNode());) {
    const at = node.parentElement;
    if (node.data.trim() && !at.closest('script, style, code, .mono, [lang="en"]')) texts.push(node.data.trim());
  }
  const said = ['aria-label', 'title', 'placeholder', 'alt'];
  for (const e of document.querySelectorAll(said.map(name => `[${name}]`).join()))
    for (const name of said) if (e.getAttribute(name)) texts.push(e.getAttribute(name).trim());
  return texts;
}"""
WORDS = re.compile(r"[A-Za-z]{2,}(?: [A-Za-z]{2,})+")


def untranslated(texts):
    """Of the texts of a Chinese page those that stand in our catalogues, and whatever else reads like English."""
    named = set(Staff.objects.values_list("username", flat=True))
    plain = [re.sub(r"`[^`]*`|kakou \w+ \w+", "", text) for text in texts if text not in named]
    return sorted({text for text in plain if text in ENGLISH or WORDS.search(text)})


@pytest.fixture
def everybody(district):
    """One account that may open all of them: every role over the street, and a seat in the drill."""
    held = staff("everybody")
    with acting_as(district.cast.worker):
        import_census(
            workbook(residents(3, unit="")),
            filename="名单.xlsx",
            node=district.tree.garden.pk,
            by=district.cast.worker,
            at=AT,
        )
    for role in Role:
        grant_role(staff=held, role=role, node=district.tree.street, by=None, at=AT)
    street = district.tree.street.pk
    Settlement.objects.create(seed=7, unit_nodes=[street], entrance_nodes=[street], recorders=[0], made_at=AT)
    plan(people=60, days=2, at=AT)
    Staff.objects.filter(pk=held.pk).update(is_drill=True)  # past the door that keeps the drill and the real apart
    held.refresh_from_db()
    issue_badge(pin="271846", by=held, at=AT)
    phone_in_trouble()
    lamp_reported_twice(district.tree.garden.pk)
    goods_and_helpers(district)
    message_waits(district.tree.garden.pk)
    handed(district.cast.commander, district.tree)
    return held


def goods_and_helpers(district):
    """A forklift driver who was asked, a goods vehicle whose cab is disinfected, parcels at the gate."""
    tree, cast = district.tree, district.cast
    who, _ = driver(tree.garden, 1, cast.worker)
    truck_driver(tree, 2, cast.worker, name="侍孝林")
    one = call(tree, cast.worker, note="卸货")
    ask(one, [who], cast.worker)
    step(announced(tree), *WAY, by=cast.recorder)
    left(tree, cast.recorder)


def pictured(district):
    with acting_as(district.cast.worker):
        wang = person_at(district.wang)
        return attach(wang, AttachmentKind.PORTRAIT, picture_of(png()), by=district.cast.worker, at=AT).pk


def set_aside_list(district):
    """A long list that waits, of the one who looks."""
    chosen = {"node": district.tree.garden.pk, "category": "resident_registered"}
    return set_aside(
        "people", Waiting("名单.xlsx", chosen, workbook(residents(3))), is_try=False, then="/", again="/",
        run=lambda: None, by=Staff.objects.get(username="everybody"), at=AT,
    ).pk  # fmt: skip


def corrected(district):
    """A passage of the garden's gate that the desk has put right."""
    with acting_as(district.cast.worker):
        if done := Passage.objects.filter(corrects__isnull=False, device_id=None).first():
            return done.pk
        row = Passage.objects.filter(node_id=district.tree.garden_gate.pk, subject_kind=1, direction=1).earliest("id")
        change = {"direction": "out", "checks": {"mask": "none", "temperature": 371}}
        why = "按错了方向"
        return correct(row, change=change, seen={row.pk}, reason=why, by=district.cast.worker, at=AT)


def typed_in(district):
    """What somebody wrote on a form of the garden's gate, typed in."""
    with acting_as(district.cast.worker):
        gate = district.tree.garden_gate.pk
        found = PaperEntry.objects.filter(node_id=gate).first()
        if found is None:
            [form], _ = make_forms(
                gate, AT.date(), Printing("东门", "社区", "zh", site_zone()), many=1, by=district.cast.worker, at=AT
            )
            line = {"number": "1", "time": "08:30", "name": "韩九", "phone": "13900130099", "way": "进"}
            rows = "\t".join(line.get(name, "") for name in OF_A_FORM)
            type_in(
                titled(rows).encode(), filename="p.csv", gate=gate, form=ref_of(form), by=district.cast.worker, at=AT
            )
            found = PaperEntry.objects.get(node_id=gate)
        return found


def first(model):
    with acting_as_system():
        return model.objects.order_by("pk").values_list("pk", flat=True).first()


def code_of_asked():
    with acting_as_system():
        return Asked.objects.values_list("code", flat=True).first()


def first_task():
    with acting_as_system():
        return Task.objects.order_by("pk").first()


def first_request():
    with acting_as_system():
        return Request.objects.order_by("reported_at").values_list("pk", flat=True).first()


def first_proposal():
    with acting_as_system():
        return Proposal.objects.order_by("came_at").values_list("pk", flat=True).first()


def phone_in_trouble():
    """One phone has told of itself, and of all that can be wrong with it."""
    with acting_as_system():
        device = Device.objects.order_by("id").first()
        PhoneState.objects.create(
            device=device, node_id=device.node_id, heard_at=AT, reached_since=AT, clock_offset_ms=95_000, queue=12,
            last_seq=40, most_seq=40, oldest_at=AT - dt.timedelta(hours=3), build="0.4.0+3f2a", battery=9,
            charging=False,
            storage_used=90, storage_limit=100, persisted=False,
        )  # fmt: skip


def paths(district):
    """Every page, with the thing its URL names."""
    for pattern in VIEWS:
        if ACTS.search(pattern) or any(pattern.startswith(no) for no in NO_PAGE) or "^" in pattern:
            continue
        if "<" in pattern:
            assert pattern in THINGS, f"{pattern}: say in THINGS what to look at, or why it is no page"
            first = re.sub(r"<\w+:(?!field)\w+>", str(THINGS[pattern](district)), pattern)
            yield "/" + first.replace("<slug:field>", "phone")
        else:
            yield "/" + pattern


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_stands(sit, district, everybody, language):
    with time_machine.travel(AT, tick=True):
        desk = sit(everybody, language=language)
        wrong = []
        for path in paths(district):
            answer = desk.page.goto(desk.address + path)
            if answer.status == 405 or not desk.page.url.startswith(desk.address + path):
                continue  # only answers a form, or leads elsewhere
            wrong += [f"{path}: {flaw}" for flaw in looked_at(desk, language)]
            wrong += [f"{path}: console: {told}" for told in desk.wrong]
            desk.wrong.clear()
        assert not wrong, "\n".join(wrong)


def looked_at(desk, language):
    """What is wrong with the page that stands on the screen."""
    path = desk.page.url.removeprefix(desk.address).split("?")[0].strip("/").replace("/", "-")
    if desk.page.locator("h1").count() != 1:
        yield f"{desk.page.locator('h1').count()} headings of the first level"
    if not desk.page.title().partition("·")[0].strip():
        yield f"no title: {desk.page.title()}"
    if language == "zh-hans":
        yield from (f"not translated: {text}" for text in untranslated(desk.page.evaluate(TEXTS)))
    for size in (DESK, PHONE):
        desk.page.set_viewport_size(size)
        if desk.sideways() > 0:
            yield f"{desk.sideways()} px too wide at {size['width']}"
        desk.picture(f"sweep-{path}-{language}-{size['width']}")
