"""One passage with every row that corrected it, and the page on which it is corrected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import NotFound, Refusal
from kakou.ledger.actions.correcting import CorrectionUnfit, correct
from kakou.ledger.checks.cases import checks_of
from kakou.ledger.forms.correcting import CorrectionForm, as_said
from kakou.ledger.models import Passage
from kakou.ledger.pages import frame
from kakou.ledger.pages.words import DIRECTIONS, UNFIT, VERDICTS
from kakou.ledger.queries.checked import personal_of
from kakou.ledger.queries.labels import Label, labels
from kakou.ledger.queries.paper import FromPaper, from_paper
from kakou.ledger.queries.versions import Version, heads_of, passage_at, said, versions_of
from kakou.ledger.rules import Direction, SubjectKind
from kakou.ledger.templatetags.ledger import called
from kakou.screening.pages.words import language
from kakou.screening.queries.wording import InWords
from kakou.screening.rules import Verdict
from kakou.web.kit.signs import Sign
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of

TOLD = {
    "when": gettext_noop("When"), "way": gettext_noop("Way"), "crossed": gettext_noop("Did they pass?"),
    "who": gettext_noop("Who"), "verdict": gettext_noop("Verdict"), "looks": gettext_noop("What was looked at"),
}  # fmt: skip


HOLDS = Sign(gettext_noop("This counts"), "go", "check")


@dataclass(frozen=True, slots=True)
class Shown:
    """One version beside the one before it. `paper`: the line it was written on. `said`: (what, text, is it another
    text than in the row it corrects?)."""

    version: Version
    by: str
    paper: FromPaper | None
    said: list[tuple[str, str, bool]]


@require_permission(Permission.SEE_LEDGER)
def passage(request: StaffRequest, passage: UUID) -> HttpResponse:
    """Every row of it, the newest first: what each says, who wrote it when and why, and which one counts."""
    found = passage_at(passage)
    versions = versions_of(found)
    shown = _shown(versions)
    holding = next(one for one in versions if one.holds).passage
    context = {
        "now": request.now,
        "passage": holding,
        "gate": frame.where_names({found.node_id}).get(found.node_id, ""),
        "label": labels([(holding.subject, holding.subject_kind)])[holding.subject],
        "versions": shown[::-1],
        "holds": HOLDS,
        "competing": sum(not one.is_replaced for one in versions) > 1,
        "may_correct": found.node_id in nodes_held(Permission.CORRECT_LEDGER),
    }
    return render(request, "ledger/passage.html", context)


@require_permission(Permission.CORRECT_LEDGER)
def correcting(request: StaffRequest, passage: UUID) -> HttpResponse:
    """The form, filled with what holds; with `?like=` with what an earlier row said, to take a correction back. What is
    sealed of that row goes from row to row, and never over the page."""
    found = passage_at(passage)
    if found.node_id not in nodes_held(Permission.CORRECT_LEDGER):
        raise NotFound("There is no such passage in your places, or its time is over.")
    versions = versions_of(found)
    holding = next(one for one in versions if one.holds).passage
    like = next((one.passage for one in versions if str(one.passage.pk) == request.GET.get("like")), holding)
    start = said(like, personal_of(like))
    form = _form(request, versions, like, start)
    if form.is_valid() and _corrected(request, found, form, start):
        place = place_of(request)
        path = reverse("ledger:passage", args=[found.pk])
        return HttpResponseRedirect(path + query_of(place=place.id if place else None))
    names = labels((row.subject, row.subject_kind) for row in (holding, like))
    context = {
        "now": request.now,
        "form": form,
        "passage": holding,
        "gate": frame.where_names({found.node_id}).get(found.node_id, ""),
        "label": names[holding.subject],
        "again": names[like.subject] if like != holding else None,
    }
    return render(request, "ledger/correcting.html", context, status=422 if form.errors else 200)


def _form(request: StaffRequest, versions: list[Version], like: Passage, start: Mapping[str, Any]) -> CorrectionForm:
    words = InWords(language())
    heads = ",".join(str(one.passage.pk) for one in heads_of(versions))
    return CorrectionForm(
        request.POST if request.method == "POST" else None,
        initial={**as_said(start), "seen": heads},
        words=lambda look, value: words.value(like.pack, look, value),
        now=request.now,
        is_person=like.subject_kind == SubjectKind.PERSON,
    )


def _corrected(request: StaffRequest, passage: Passage, form: CorrectionForm, start: Mapping[str, Any]) -> bool:
    """Do it; False where it cannot be done: then the form says why."""
    given = form.cleaned_data
    try:
        correct(
            passage, change=form.change(start), seen=_ids(given["seen"]), reason=given["reason"], by=request.staff,
            at=request.now,
        )  # fmt: skip
    except CorrectionUnfit as unfit:
        form.add_error(None, gettext(UNFIT[unfit.reason]) if unfit.reason in UNFIT else of_refusal(unfit).text)
        return False
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        form.add_error("reason" if refusal.code == "reason-unfit" else None, of_refusal(refusal).text)
        return False
    messages.success(request, gettext("Corrected. What stood there before is kept, and both can be read here."))
    return True


def _ids(text: str) -> set[UUID]:
    """Of rows, as the form carried them; what is none of ours matches nothing."""
    found = set()
    for part in text.split(","):
        try:
            found.add(UUID(part))
        except ValueError:
            continue
    return found


def _shown(versions: list[Version]) -> list[Shown]:
    """Each beside the row that it corrects."""
    staff = frame.staff_names({one.passage.recorder for one in versions})
    names = labels((one.passage.subject, one.passage.subject_kind) for one in versions)
    words, papers = InWords(language()), from_paper([one.passage.pk for one in versions])
    texts = {one.passage.pk: _texts(one.passage, names, words) for one in versions}
    shown = []
    for one in versions:
        mine = texts[one.passage.pk]
        before = texts.get(one.passage.corrects, mine) if one.passage.corrects else mine
        told = [(gettext(TOLD[name]), text, text != before.get(name)) for name, text in mine.items() if text]
        gone = [(gettext(TOLD[name]), "—", True) for name, text in before.items() if text and not mine.get(name)]
        shown.append(Shown(one, staff.get(one.passage.recorder, ""), papers.get(one.passage.pk), told + gone))
    return shown


def _texts(row: Passage, names: Mapping[UUID, Label], words: InWords) -> dict[str, str]:
    skipped: Mapping[str, str] = (row.detail or {}).get("skipped", {})
    return {
        "when": timezone.localtime(row.happened_at).strftime("%Y-%m-%d %H:%M:%S"),
        "way": DIRECTIONS[Direction(row.direction)].word,
        "crossed": gettext("taken back") if row.takes_back else gettext("yes") if row.crossed else gettext("no"),
        "who": called(names[row.subject]),
        "verdict": VERDICTS[Verdict(row.verdict)].word if row.verdict else "",
        "looks": " · ".join(words.looks(row.pack, checks_of(row), skipped)),
    }
