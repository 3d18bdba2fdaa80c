"""The page of whoever is asked to help: yes or no, without an account or a script."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from kakou.access.rules import Permission
from kakou.access.scope import acting_for
from kakou.kernel.errors import NotFound, Refusal
from kakou.kernel.time import now
from kakou.ledger.pages.frame import where_names
from kakou.ledger.pages.limits import count
from kakou.ledger.pages.scanned import public
from kakou.skills.actions import answer as keep
from kakou.skills.models import Asked
from kakou.skills.pages.words import skill_word
from kakou.skills.queries.calls import behind, is_over
from kakou.skills.rules import Answer, Skill
from kakou.skills.rules.codes import read_code
from kakou.web.refusals.answers import give, of_refusal

ASKED, OF_ONE_CODE = "30/m", "60/h"


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """What is asked; then what the answer was worth."""
    at, code = now(), read_code(code)
    count(request, "helper", client=ASKED, about=(OF_ONE_CODE, code or "-"))
    with behind(code) as asked:
        shown = _shown(request, asked, at) if asked else None
    if shown is None:
        wrong = NotFound("This page does not hold any more, or its address was mistyped. Ask whoever sent it to you.")
        return give(request, of_refusal(wrong))  # raised, it would undo that this try was counted
    return public(request, "skills/answer.html", shown)


def _shown(request: HttpRequest, asked: Asked, at: dt.datetime) -> dict[str, Any]:
    """What the page says, once the answer is kept that was sent."""
    trouble = ""
    if request.method == "POST" and request.POST.get("answer") in ("yes", "no"):
        try:
            asked.answer = keep(asked, request.POST["answer"] == "yes", by=None, at=at)
        except Refusal as refusal:
            trouble = of_refusal(refusal).text
    call = asked.call
    with acting_for({Permission.SEE_PLACES: frozenset({call.node_id})}):
        where = where_names({call.node_id}).get(call.node_id, "")
    said = Answer(asked.answer)
    return {
        "skill": skill_word(Skill(call.skill)), "where": where, "call": call, "said": said.name.lower(),
        "is_over": said is Answer.WAITING and is_over(call), "trouble": trouble, "now": at,
    }  # fmt: skip
