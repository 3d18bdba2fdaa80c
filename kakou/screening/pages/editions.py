"""One version of the rules: in words, beside another, with other numbers, published, as a file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kakou.access.models import Node
from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import Refusal
from kakou.screening import packs
from kakou.screening.actions import packs as actions
from kakou.screening.forms.rules import NumbersForm, PackFileForm, PublishForm
from kakou.screening.packs import Change, Content, PackRefused
from kakou.screening.packs.wording import DUTIES, VALUES, condition, look_text, param_text
from kakou.screening.pages.rules import choices
from kakou.screening.pages.words import language, outcome_look
from kakou.screening.queries import packs as queries
from kakou.screening.rules import Way, Who
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of

SEE, MANAGE = Permission.SEE_PLACES, Permission.MANAGE_RULES


class StepInWords(NamedTuple):
    """One step: what it is called and asks, its looks with their results, whose duty it is, why it may be left out."""

    text: str
    prompt: str
    looks: list[tuple[str, list[str]]]
    duties: list[tuple[str, list[str]]]
    skips: list[tuple[str, str]]


@require_safe
@require_permission(SEE)
def pack(request: StaffRequest, version: str) -> HttpResponse:
    """A version in words."""
    found, words = queries.known_one(version), language()
    content = found.content
    rules = [(rule, outcome_look(rule.outcome)) for rule in packs.in_words(content, words)]
    context = {
        "now": request.now,
        "found": found,
        "title": content["title"][words],
        "digest": packs.digest(content)[:16],
        "numbers": [(one["text"][words], param_text(one, words), one["source"]) for one in content["params"].values()],
        "steps": list(_steps(content, words)),
        "ways": [VALUES[way][words] for way in Who],
        "rules": rules,
        "others": [one for one in queries.known() if one.version != version],
        "language": words,
        "may_manage": bool(nodes_held(MANAGE)),
    }
    return render(request, "screening/pack.html", context)


@require_safe
@require_permission(SEE)
def compare(request: StaffRequest, version: str) -> HttpResponse:
    """What differs from `?with=` to this version; without it, from the one it was made from."""
    found, words = queries.known_one(version), language()
    other = request.GET.get("with", "") or (found.edition and found.edition.based_on) or queries.default_version()
    content, before = found.content, queries.content_of(other)
    changes = [_change(change, before, content, words) for change in packs.compare(before, content)]
    context = {"version": version, "other": other, "changes": changes}
    return render(request, "screening/compare.html", context)


@require_http_methods(["GET", "POST"])
@require_permission(MANAGE)
def numbers(request: StaffRequest, version: str) -> HttpResponse:
    """Other numbers: a new version, which holds nowhere until it is published."""
    content, words = queries.content_of(version), language()
    form = NumbersForm(content, words, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = actions.change_params(
                version, form.values(), note=form.cleaned_data["note"], by=request.staff, at=request.now
            )
        except Refusal as refusal:
            form.add_error(None, of_refusal(refusal).text)
        else:
            messages.success(
                request, _("%(version)s is made. It holds nowhere until you publish it.") % {"version": made}
            )
            return HttpResponseRedirect(reverse("screening:publish", args=[str(made)]) + _place(request))
    context = {"version": version, "title": content["title"][words], "form": form}
    return render(request, "screening/numbers.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@require_permission(MANAGE)
def publish(request: StaffRequest, version: str) -> HttpResponse:
    """Where and from when on a version holds."""
    content, place = queries.content_of(version), place_of(request)
    nodes = choices(nodes_held(MANAGE), request.now)
    offered = place.id if place and place.id in dict(nodes) else (nodes[0][0] if nodes else None)
    form = PublishForm(request.POST if request.method == "POST" else None, nodes=nodes, initial={"node": offered})
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.publish(
                version, node=Node.objects.get(pk=given["node"]), unit_kind=form.kind(),
                starts_at=given["starts_at"] or request.now, by=request.staff, at=request.now,
            )  # fmt: skip
        except Refusal as refusal:
            form.add_error("starts_at", of_refusal(refusal).text)
        else:
            messages.success(request, _("Published. Phones at these gates go by it from their next contact on."))
            return HttpResponseRedirect(reverse("screening:rules") + _place(request))
    context = {"version": version, "title": content["title"][language()], "form": form}
    return render(request, "screening/publish.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@require_permission(MANAGE)
def bring_in(request: StaffRequest) -> HttpResponse:
    """A pack of one's own, whole: checked, given its number, and every fault told by its place."""
    posted = request.method == "POST"
    form = PackFileForm(request.POST if posted else None, request.FILES if posted else None)
    problems: list[tuple[str, str, str]] = []
    if form.is_valid():
        try:
            content = json.loads(form.cleaned_data["file"].read())
            made = actions.add_pack(content, note=form.cleaned_data["note"], by=request.staff, at=request.now)
        except (ValueError, RecursionError):
            form.add_error("file", _("This file cannot be read as JSON."))
        except PackRefused as refused:
            form.add_error("file", of_refusal(refused).text)
            problems = [_problem(problem) for problem in packs.problems_of(content)]
        except Refusal as refusal:
            form.add_error("file", of_refusal(refusal).text)
        else:
            messages.success(
                request, _("%(version)s is made. It holds nowhere until you publish it.") % {"version": made}
            )
            return HttpResponseRedirect(reverse("screening:pack", args=[str(made)]) + _place(request))
    context = {"form": form, "problems": problems}
    return render(request, "screening/new_pack.html", context, status=422 if form.errors else 200)


@require_safe
@require_permission(SEE)
def file(request: StaffRequest, version: str) -> HttpResponse:
    """The version as the JSON that `kakou screening pack` reads."""
    text = json.dumps(queries.content_of(version), ensure_ascii=False, indent=2) + "\n"
    answer = HttpResponse(text, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{version}.json"'
    return answer


def _steps(content: Content, words: str) -> Iterator[StepInWords]:
    for name in content["order"]:
        step = content["steps"][name]
        looks = [
            (look_text(content, look, words), [result[words] for result in what.get("results", {}).values()])
            for look, what in step["looks"].items()
        ]
        duties = [
            (VALUES[way][words], [DUTIES[step["duties"][way][who]][words] for who in Who]) for way in (Way.IN, Way.OUT)
        ]
        skips = [(skip["text"][words], skip["fix"]["text"][words]) for skip in step["skips"].values()]
        yield StepInWords(step["text"][words], step["prompt"][words], looks, duties, skips)


def _change(change: Change, before: Content, after: Content, words: str) -> tuple[str, str, str]:
    kind, *rest = change.where
    if kind in ("params", "rules", "steps") and rest:
        whole = {**before[kind], **after[kind]}[rest[0]]
        where = " · ".join([whole["text"][words], *(part for part in rest[1:] if part != "text")])
    else:
        where = " · ".join(change.where)
    return where, _side(change, change.before, before, words), _side(change, change.after, after, words)


def _side(change: Change, side: Any, content: Content, words: str) -> str:
    if side is None:
        return "—"
    if change.where[0] == "params" and change.where[-1] in ("value", "least", "most"):
        param = content["params"][change.where[1]]
        return param_text({**param, "value": side}, words)
    if change.where[-1] == "when":
        return condition(content, side, words)
    told = side.get("text", side) if isinstance(side, Mapping) else side
    if isinstance(told, Mapping) and set(told) == {"zh", "en"}:
        return str(told[words])
    return told if isinstance(told, str) else json.dumps(told, ensure_ascii=False)


def _problem(problem: packs.PackProblem) -> tuple[str, str, str]:
    text, fix = _(problem.text), _(problem.fix) if problem.fix else ""
    return problem.where, text % problem.params if problem.params else text, fix % problem.params if fix else ""


def _place(request: StaffRequest) -> str:
    place = place_of(request)
    return query_of(place=place.id if place else None)
