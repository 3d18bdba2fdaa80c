"""The quarantine desk: what a gate sent and the ledger could not accept, kept whole until somebody decides."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from kakou.access.models import Device
from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import Refusal
from kakou.kernel.ids import new_id
from kakou.ledger import tasks
from kakou.ledger.actions.quarantine import StillUnfit, decide_to_enter, discard, undo_discard
from kakou.ledger.desk import NAMED_GATE, State
from kakou.ledger.forms import DiscardForm, EntryForm
from kakou.ledger.models import Passage, Quarantined
from kakou.ledger.pages import frame
from kakou.ledger.pages.words import DESK, TROUBLES, UNFIT, VERDICTS
from kakou.ledger.queries.labels import Label, labels
from kakou.ledger.queries.quarantine import gate_named, how_many, item_at, kept, passage_of, payload_of
from kakou.web.kit.lists import page_of
from kakou.web.kit.signs import Sign
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of

ROWS = 50
ENTER, DISCARD, UNDO = "enter", "aside", "undo"


@dataclass(frozen=True, slots=True)
class Row:
    """One item with its names. `trouble`: why entering it did not work."""

    item: Quarantined
    sign: Sign
    why: str
    trouble: str
    gate: str
    phone: str

    @property
    def decided_by(self) -> str:
        """The duty title of whoever decided, or the account name."""
        by = self.item.resolved_by
        return by.display or by.username if by else ""


@dataclass(frozen=True, slots=True)
class Entered:
    """The passage that an item became: where, on which day of the site, whose trail."""

    passage: Passage
    gate: str
    day: str
    label: Label


@require_permission(Permission.RESOLVE_QUARANTINE)
def desk(request: StaffRequest) -> HttpResponse:
    """What waits, oldest first; and what became of the rest."""
    place = place_of(request)
    node = place.id if place else None
    counts, state, reason = how_many(node), _state(request.GET.get("show", "")), request.GET.get("reason", "")
    here = counts[state]
    reason = reason if reason in here else ""
    found = kept(node, state)
    page = page_of(found.filter(reason=reason) if reason else found, request.GET.get("page", ""), size=ROWS)
    context = {
        "now": request.now,
        "state": state.value,
        "shows": [(one.value, f"{DESK[one].word} {sum(counts[one].values())}") for one in State],
        "reason": reason,
        "reasons": [
            ("", gettext("All") + f" {sum(here.values())}"),
            *((code, f"{why(code)} {n}") for code, n in here.items()),
        ],
        "page": page,
        "rows": rows_of(list(page.rows)),
    }
    return render(request, "ledger/quarantine.html", context)


@require_permission(Permission.RESOLVE_QUARANTINE)
def item(request: StaffRequest, item: UUID) -> HttpResponse:
    """One item: why, what was sent (masked), what became of it, and the decision."""
    found = item_at(item)
    decision = request.POST.get("decision", "")
    entry = _entry_form(request, found, decision)
    aside = DiscardForm(request.POST if decision == DISCARD else None, auto_id="aside_%s")
    if _decided(request, found, decision, entry, aside):
        place = place_of(request)
        path = reverse("ledger:quarantined", args=[found.pk])
        return HttpResponseRedirect(path + query_of(place=place.id if place else None))
    wrong = aside if aside.is_bound else entry
    context = {
        "now": request.now,
        "row": rows_of([found])[0],
        "payload": payload_of(found),
        "entered": _entered(found),
        "entry": entry,
        "aside": aside,
        "form": wrong,
        "opened": any(bound.errors or bound.data for bound in entry.others()) if entry.is_bound else False,
        "may_decide": found.node_id in nodes_held(Permission.RESOLVE_QUARANTINE),
    }
    return render(request, "ledger/quarantined.html", context, status=422 if wrong.errors else 200)


def _decided(request: StaffRequest, item: Quarantined, decision: str, entry: EntryForm, aside: DiscardForm) -> bool:
    """Do what was asked for; False when nothing was, or it could not be done: then the form says why."""
    form = {ENTER: entry, DISCARD: aside}.get(decision)
    try:
        if decision == UNDO:
            undo_discard(item, by=request.staff, at=request.now)
            messages.success(request, gettext("It waits again. Who had discarded it stays in the audit."))
        elif form is None or not form.is_valid():
            return False
        elif form is aside:
            discard(item, reason=form.cleaned_data["reason"], by=request.staff, at=request.now)
            messages.success(request, gettext("Discarded, with your name and the time. The item is kept."))
        else:
            said, reason = entry.correction(token=new_id()), form.cleaned_data["reason"]
            decide_to_enter(item, correction=said, reason=reason, by=request.staff, at=request.now)
            tasks.enter_item.defer(item=str(item.pk))
            messages.success(request, gettext("Decided. It is being entered; this page shows when it is done."))
    except StillUnfit as unfit:
        entry.add_error(None, _still(unfit.reason, unfit.where))
        return False
    except Refusal as refusal:
        if form is None:
            raise
        form.add_error("reason", of_refusal(refusal).text)
        return False
    return True


def _still(reason: str, where: str) -> str:
    words = gettext("It still cannot be entered: %(why)s") % {"why": why(reason)}
    return f"{words} ({where})" if where else words


def _entry_form(request: StaffRequest, item: Quarantined, decision: str) -> EntryForm:
    return EntryForm(
        request.POST if decision == ENTER else None,
        auto_id="enter_%s",
        cause=item.trouble if item.trouble in UNFIT else item.reason,
        gates=_gates(item),
        verdicts={verdict: sign.msgid for verdict, sign in VERDICTS.items()},
    )


def _gates(item: Quarantined) -> list[tuple[str, str]]:
    """The phone's gate, and the one that the item names if whoever looks decides there too."""
    if item.reason != "other-gate":
        return []
    named = gate_named(item)
    nodes = {item.node_id} | ({named} if named else set())
    names = frame.where_names(nodes.intersection(nodes_held(Permission.RESOLVE_QUARANTINE)))
    offered = [("phone", gettext("The phone's gate: %(gate)s") % {"gate": names.get(item.node_id, "")})]
    if named in names:
        offered.append((NAMED_GATE, gettext("The gate that it names: %(gate)s") % {"gate": names[named]}))
    return offered


def _entered(item: Quarantined) -> Entered | None:
    passage = passage_of(item)
    if passage is None:
        return None
    label = labels([(passage.subject, passage.subject_kind)])[passage.subject]
    gate = frame.where_names({passage.node_id}).get(passage.node_id, "")
    return Entered(passage, gate, timezone.localtime(passage.happened_at).date().isoformat(), label)


def _state(given: str) -> State:
    try:
        return State(given)
    except ValueError:
        return State.WAITING


def why(code: str) -> str:
    """The reason in words; a code that has none is shown as it is."""
    words = UNFIT.get(code) or TROUBLES.get(code)
    return gettext(words) if words else code


def rows_of(items: list[Quarantined]) -> list[Row]:
    """Items with the names of their gates and phones. Three queries."""
    gates = frame.where_names({item.node_id for item in items})
    phones = dict(Device.objects.filter(pk__in={item.device_id for item in items}).values_list("pk", "name"))
    return [
        Row(
            item, DESK[State(item.state)], why(item.reason), why(item.trouble) if item.trouble else "",
            gates.get(item.node_id, ""), phones.get(item.device_id, ""),
        )
        for item in items
    ]  # fmt: skip
