"""Try the rules on somebody made up: the verdict, every reason with its fix, and what each rule said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from kakou.access.pages import StaffRequest, require_permission
from kakou.access.rules import Permission
from kakou.screening import packs
from kakou.screening.forms.cases import CaseForm
from kakou.screening.packs import Asked, Content
from kakou.screening.packs.wording import OUTCOMES, fix_text, reason_text
from kakou.screening.pages.words import language, look_of, outcome_look
from kakou.screening.queries.areas import areas_since
from kakou.screening.queries.packs import content_of, pack_of
from kakou.screening.rules import Case, judge
from kakou.web.kit.signs import Sign

ASKED: Mapping[str, Sign] = {
    Asked.FIRES: Sign(gettext_noop("Applies"), "look", "dot"),
    Asked.UNDECIDED: Sign(gettext_noop("Cannot be decided"), "stop", "triangle"),
    Asked.SILENT: Sign(gettext_noop("Does not apply"), "plain", "ring"),
    Asked.NOT_LOOKED: Sign(gettext_noop("Not asked: not looked at"), "plain", "ring"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came out."""

    verdict: Sign
    reasons: list[tuple[str, str, bool]]  # reason, what to do, is this the nearest fix
    rules: list[tuple[str, str, Sign]]  # rule, what it leads to, what became of it


@require_safe
@require_permission(Permission.SEE_PLACES)
def attempt(request: StaffRequest, version: str) -> HttpResponse:
    """The form, and below it what these rules say. Everything stands in the URL, so a case can be sent on."""
    content, words = content_of(version), language()
    asked = "direction" in request.GET
    form = CaseForm(content, words, request.GET if asked else None, initial={"direction": "in", "who": "visitor"})
    answer = _answer(content, version, form.case(request.now), words) if asked and form.is_valid() else None
    context = {
        "now": request.now,
        "version": version,
        "title": content["title"][words],
        "form": form,
        "about": [form[name] for name in ("direction", "who", "purpose", "at", "unit", "management")],
        "steps": [(text, [form[name] for name in names]) for text, names in form.looks],
        "more": [
            form[name]
            for name in (
                "health_age", "health_how", "travel_age", "origin_from", "stays", "mask_corrected", "first",
                "pass_state", "quota_used", "persuaded_back",
            )
        ],
        "answer": answer,
    }  # fmt: skip
    return render(request, "screening/try.html", context, status=422 if form.errors else 200)


def _answer(content: Content, version: str, case: Case, words: str) -> Answer:
    pack = pack_of(version)
    assert pack is not None  # its content was read a moment ago
    day = dt.date.fromisoformat(case["day"]) - dt.timedelta(days=pack.params["lookback_days"])
    areas = areas_since(day)
    judged = judge(pack, case, areas)
    each = packs.ask_each(pack, case, areas)
    order = list(ASKED)
    rules = sorted(each.items(), key=lambda item: (order.index(item[1]), item[0]))
    return Answer(
        outcome_look(judged.outcome),
        [(reason_text(content, id, words), fix_text(content, id, words), id == judged.fix) for id in judged.reasons],
        [
            (reason_text(content, id, words), OUTCOMES[content["rules"][id]["outcome"]][words], look_of(ASKED, became))
            for id, became in rules
        ],
    )
