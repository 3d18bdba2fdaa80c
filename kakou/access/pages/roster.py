"""Who works here and what they are: listed, filtered, mobilised, made, and as a sheet both ways."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kakou.access.events import registry as known
from kakou.access.models import RosterEntry
from kakou.access.pages.guard import StaffRequest, nodes_held, require_permission
from kakou.access.queries import seat_of
from kakou.access.roster import actions, queries
from kakou.access.roster.forms import AccountForm, KnownForm
from kakou.access.roster.queries import Wanted
from kakou.access.roster.rules import TITLES, Identity, Mobilised
from kakou.access.roster.sheets import COLUMNS, import_roster, rows_out
from kakou.access.rules import Permission, Role
from kakou.audit import actions as audit
from kakou.kernel.errors import NotFound, Refusal
from kakou.web.kit.handing_out import as_sheet
from kakou.web.kit.importing import Done, bring_in_sheet
from kakou.web.kit.lists import page_of
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of

ROWS = 100


def _wanted(request: StaffRequest) -> Wanted:
    place = place_of(request)
    asked = request.GET.get("identity", "")
    identity = Identity(asked) if asked in set(Identity) else None
    return Wanted(identity, request.GET.get("branch", "").strip()[:64], place.id if place else None)


@require_safe
@require_permission(Permission.MANAGE_STAFF)
def roster(request: StaffRequest) -> HttpResponse:
    """Everybody at the place and below it, or mobilised there; by identity, branch and state."""
    wanted = _wanted(request)
    fitting = queries.entries(wanted)
    show = request.GET.get("show", "all")
    found = fitting.filter(state=show) if show in set(Mobilised) else fitting
    page = page_of(found, request.GET.get("page", ""), size=ROWS)
    mine = frozenset(nodes_held(Permission.MANAGE_STAFF))
    names = known.names(mine)
    many = queries.counts(fitting)
    context = {
        "now": request.now,
        "page": page,
        "rows": [(entry, *_worded(entry, names)) for entry in page.rows],
        "show": show,
        "shows": [
            ("all", _("All") + f" {sum(many.values())}"),
            *((state.value, _(TITLES[state]) + f" {many[state]}") for state in Mobilised),
        ],
        "wanted": wanted,
        "identities": [("", _("Any identity")), *((one.value, _(TITLES[one])) for one in Identity)],
        "posts": sorted(((node, name) for node, name in names.items()), key=lambda post: post[1]),
        "filled": sorted(
            ((names.get(node, ""), count) for node, count in queries.posts_filled(fitting).items()), reverse=True
        ),
    }
    return render(request, "access/roster.html", context)


def _worded(entry: RosterEntry, names: dict[int, str]) -> tuple[str, str, str, str]:
    identities = "、".join(_(TITLES[Identity(one)]) for one in entry.identities)
    post = names.get(entry.post_id, "") if entry.post_id else ""
    return identities, names.get(entry.node_id, ""), _(TITLES[Mobilised(entry.state)]), post


@require_safe
@require_permission(Permission.MANAGE_STAFF)
def sheet(request: StaffRequest) -> HttpResponse:
    """The same as a sheet, which comes in again without a change."""
    found = list(queries.entries(_wanted(request)))
    place = place_of(request)
    where = place.id if place else seat_of(request.staff)
    audit.record("roster.handed_out", subject=None, by=request.staff.pk, at=request.now, node=where, rows=len(found))
    rows = rows_out(found, frozenset(nodes_held(Permission.MANAGE_STAFF)))
    return as_sheet(rows, [titles[0] for titles in COLUMNS.values()], name="roster")


@require_http_methods(["GET", "POST"])
@require_permission(Permission.MANAGE_STAFF)
def bring_in(request: StaffRequest) -> HttpResponse:
    """Accounts and what their holders are from a sheet: all rows or none."""

    def take(content: bytes, name: str, dry_run: bool) -> Done:
        return import_roster(content, filename=name, by=request.staff, at=request.now, dry_run=dry_run)

    return bring_in_sheet(request, take, template="access/roster_import.html", then=reverse("access:roster"))


@require_POST
@require_permission(Permission.MANAGE_STAFF)
def mobilise(request: StaffRequest) -> HttpResponse:
    """Call those who are ticked to a post, say that they arrived, or stand them down."""
    ticked = [int(id) for id in request.POST.getlist("who") if id.isdecimal() and len(id) < 10]
    post = request.POST.get("post", "")
    act = request.POST.get("act", "")
    if act not in set(Mobilised):
        raise NotFound("There is no such step.")
    try:
        many = actions.mobilise(
            RosterEntry.objects.filter(pk__in=ticked), Mobilised(act),
            post=int(post) if post.isdecimal() and len(post) < 10 else None, by=request.staff, at=request.now,
        )  # fmt: skip
    except Refusal as refusal:
        messages.error(request, of_refusal(refusal).text)
    else:
        told = {"n": many, "state": _(TITLES[Mobilised(act)])}
        messages.success(request, _("%(state)s: %(n)d.") % told)
    place = place_of(request)
    return redirect(reverse("access:roster") + query_of(place=place.id if place else None))


@never_cache
@require_http_methods(["GET", "POST"])
@require_permission(Permission.MANAGE_STAFF)
def new(request: StaffRequest) -> HttpResponse:
    """An account at the place in the URL; its password is shown once."""
    place = place_of(request)
    if place is not None and place.id not in nodes_held(Permission.MANAGE_STAFF):
        raise NotFound("There is no such place, or it is not one of yours.")
    form = AccountForm(request.POST if request.method == "POST" else None)
    if place is not None and form.is_valid():
        role = Role(form.cleaned_data["role"]) if form.cleaned_data["role"] else None
        try:
            entry, password = actions.make_account(
                form.cleaned_data["username"].strip(), form.known_at(place.id), role=role,
                by=request.staff, at=request.now,
            )  # fmt: skip
        except Refusal as refusal:
            form.add_error("username", of_refusal(refusal).text)
        else:
            shown = {"holder": entry.staff, "password": password, "new": True}
            return render(request, "access/password.html", shown)
    return render(request, "access/account_new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@require_permission(Permission.MANAGE_STAFF)
def account(request: StaffRequest, id: int) -> HttpResponse:
    """One account: what its holder is, where he is mobilised to; a new password for whoever forgot his."""
    mine = nodes_held(Permission.MANAGE_STAFF)
    holder, entry, node = queries.account_for(id, mine)
    said = {"display": holder.display, "branch": entry.branch, "identities": entry.identities} if entry else {}
    form = KnownForm(request.POST if request.method == "POST" else None, initial=said or {"display": holder.display})
    if form.is_valid():
        try:
            actions.describe(holder, form.known_at(node), by=request.staff, at=request.now)
        except Refusal as refusal:
            form.add_error(None, of_refusal(refusal).text)
        else:
            messages.success(request, _("Kept, with your name and the time."))
            return redirect("access:roster")
    names = known.names(frozenset(mine))
    words = _worded(entry, names) if entry else None
    context = {"holder": holder, "entry": entry, "words": words, "form": form, "own": holder.pk == request.staff.pk}
    return render(request, "access/account.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
@require_permission(Permission.MANAGE_STAFF)
def password(request: StaffRequest, id: int) -> HttpResponse:
    """A new password, shown once."""
    holder, _entry, _node = queries.account_for(id, nodes_held(Permission.MANAGE_STAFF))
    made = actions.give_password(holder, by=request.staff, at=request.now)
    return render(request, "access/password.html", {"holder": holder, "password": made, "new": False})
