"""Who hears whom: registrations of higher capabilities in the registries of lower ones, made once at start."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.timezone import localtime
from django.utils.translation import gettext, gettext_noop

from kakou import vault
from kakou.access.destroying.queries import top_of_site
from kakou.access.events import Export, Intake
from kakou.access.events import registry as gates
from kakou.access.login.factor import is_proven
from kakou.access.login.idle import allowed_now
from kakou.access.login.sealing import move_factors
from kakou.access.models import Staff
from kakou.access.pages import shown_to
from kakou.access.pages.exports import line as exports_line
from kakou.access.pages.factors import line as factors_line
from kakou.access.pages.incoming import line as incoming_line
from kakou.access.pages.keys import line as keys_line
from kakou.access.rules import ROLES, Permission
from kakou.audit.events import Signer, heads_are_signed_by
from kakou.backup.actions import KINDS as BACKUPS
from kakou.backup.events import lies_at
from kakou.backup.pages import line as backup_line
from kakou.config.depending import wire_dependents
from kakou.config.dumping import our_place
from kakou.config.following import wire_followers
from kakou.config.placebook import Places
from kakou.config.sealed import CALLED, COLUMNS
from kakou.config.telling import register_events, tell_groups
from kakou.deliveries.actions import watch_deliveries
from kakou.deliveries.queries.deliveries import driving
from kakou.deliveries.rules import DELIVERY_OPEN
from kakou.directives.actions import follow
from kakou.directives.rules import DIRECTIVE
from kakou.kernel.time import now
from kakou.ledger.actions import chain, loops, paper
from kakou.ledger.actions.again import fold_again
from kakou.ledger.actions.backlog import Backlog
from kakou.ledger.actions.checks import fold_checks
from kakou.ledger.actions.early_warning import fold_warnings
from kakou.ledger.actions.gate_sheets import EXPORT as GATE_EXPORT
from kakou.ledger.actions.lost import QUEUE_LOST, lost_by, open_lost
from kakou.ledger.actions.occupants import fold_occupants
from kakou.ledger.actions.overdue import open_overdue
from kakou.ledger.actions.quotas import fold_quotas
from kakou.ledger.actions.seen_again import fold_seen_again
from kakou.ledger.actions.shifts import fold_recorders
from kakou.ledger.actions.silent import Listening
from kakou.ledger.actions.spots import draw_spot_audits
from kakou.ledger.actions.stays import LandKeeper, fold_new
from kakou.ledger.actions.stuck import open_stuck
from kakou.ledger.actions.temperatures import fold_temperatures
from kakou.ledger.actions.verdicts import close_known
from kakou.ledger.bundle.exchange import exchange_told
from kakou.ledger.bundle.outbox import outbox_told
from kakou.ledger.bundle.people import people_told
from kakou.ledger.bundle.place import place_told
from kakou.ledger.calls import KINDS as CALLS
from kakou.ledger.checks import kinds as checks
from kakou.ledger.events import OrderDoor, add_order_door, add_section, listen
from kakou.ledger.folding import Fold
from kakou.ledger.lane.rows import RowMaker
from kakou.ledger.pages.gate_sheet import where_in_plain as gate_in_plain
from kakou.ledger.pages.whose import whose
from kakou.ledger.queries.holes import HOLES
from kakou.notices.actions import send_all, tell_what_was_heard
from kakou.people import census
from kakou.people.census.handing_out import EXPORT as PEOPLE_EXPORT
from kakou.people.events import PersonLink, add_person_link, on_subjects_changed
from kakou.people.pages.census import where_in_plain as people_in_plain
from kakou.places import sheets
from kakou.places.events import UnitLink, add_unit_link
from kakou.places.queries import entrance_names, full_names
from kakou.screening.actions import trust
from kakou.screening.actions.audits import SPOT_AUDIT
from kakou.screening.actions.fever import FEVER, follow_cases
from kakou.screening.events import registry as passages
from kakou.screening.queries import bundle
from kakou.screening.queries.official import codes_told
from kakou.screening.vaccines import vaccines_told
from kakou.services.actions import tell_reporters, watch_proposals
from kakou.services.queries.requests import SATISFACTION
from kakou.services.rules import MESSAGE_WAITS, REQUESTED
from kakou.setup.pages import line as setup_line
from kakou.setup.pages import way_in
from kakou.skills.actions import stop_asking, watch_licences
from kakou.skills.events import add_engaged
from kakou.skills.rules import LICENCE_EXPIRING
from kakou.tracing.actions import loops as tracing
from kakou.tracing.segments.marks import MARKS
from kakou.upkeep.actions import KINDS as UPKEEP
from kakou.upkeep.pages import line as upkeep_line
from kakou.vault.events import SEAT, register_elsewhere, register_sealed
from kakou.vault.keys import signing
from kakou.web.events import NavEntry, Stroke, Tiding, Viewer, registry
from kakou.workorders.actions import pass_on, watch_notices
from kakou.workorders.events import listen as hear_orders
from kakou.workorders.events import register_hole, register_kind, register_opinion
from kakou.workorders.figures.holes import OF_EVERY_KIND

DRILL = "drill"
_SERVED = (REQUESTED, MESSAGE_WAITS, LICENCE_EXPIRING, DELIVERY_OPEN, DIRECTIVE)
ENTRIES = [
    NavEntry(stroke, msgid, url_name, permission.value, order, thumb=order < 40)
    for stroke, msgid, url_name, permission, order in (
        (Stroke.GUARD, gettext_noop("Gates"), "ledger:home", Permission.SEE_PLACES, 10),
        (Stroke.GUARD, gettext_noop("Rules of the gates"), "screening:rules", Permission.SEE_PLACES, 55),
        (Stroke.GUARD, gettext_noop("Risk areas"), "screening:areas", Permission.SEE_PLACES, 56),
        (Stroke.GUARD, gettext_noop("Trust lists"), "screening:trust", Permission.MANAGE_RULES, 57),
        (Stroke.GUARD, gettext_noop("Fevers"), "screening:fevers", Permission.SEE_FEVER, 40),
        (Stroke.DETAIL, gettext_noop("Spot audits"), "screening:audits", Permission.CLOSE_ORDERS, 45),
        (Stroke.SERVE, gettext_noop("Requests"), "services:requests", Permission.SEE_ORDERS, 35),
        (Stroke.SERVE, gettext_noop("Helpers"), "skills:helpers", Permission.SEE_ORDERS, 46),
        (Stroke.SERVE, gettext_noop("Skills and licences"), "skills:register", Permission.SEE_PEOPLE, 47),
        (Stroke.SERVE, gettext_noop("Goods vehicles"), "deliveries:deliveries", Permission.SEE_LEDGER, 48),
        (Stroke.SERVE, gettext_noop("Parcels"), "deliveries:parcels", Permission.SEE_LEDGER, 49),
        (Stroke.GROUND, gettext_noop("Directives"), "directives:home", Permission.SEE_ORDERS, 10),
        (Stroke.SERVE, gettext_noop("Passes"), "screening:passes", Permission.ISSUE_PASSES, 40),
        (Stroke.SERVE, gettext_noop("Expected visits"), "ledger:expected", Permission.SEE_PEOPLE, 45),
        (Stroke.SERVE, gettext_noop("Ways in"), "services:inlets", Permission.MANAGE_NOTICES, 79),
        (Stroke.SERVE, gettext_noop("Keys of programs"), "services:keys", Permission.MANAGE_STAFF, 85),
        (Stroke.SERVE, gettext_noop("Channels"), "notices:channels", Permission.MANAGE_NOTICES, 80),
        (Stroke.DETAIL, gettext_noop("Passages"), "ledger:today", Permission.SEE_LEDGER, 10),
        (Stroke.DETAIL, gettext_noop("Who is inside"), "ledger:inside", Permission.SEE_LEDGER, 20),
        (Stroke.DETAIL, gettext_noop("Find"), "ledger:search", Permission.SEE_PEOPLE, 25),
        (Stroke.DETAIL, gettext_noop("My day"), "ledger:my_day", Permission.SEE_ORDERS, 5),
        (Stroke.DETAIL, gettext_noop("Open loops"), "ledger:loops", Permission.SEE_ORDERS, 30),
        (Stroke.DETAIL, gettext_noop("Board of orders"), "ledger:board", Permission.SEE_ORDERS, 42),
        (Stroke.GROUND, gettext_noop("Days of the site"), "workorders:days", Permission.MANAGE_RULES, 60),
        (Stroke.DETAIL, gettext_noop("Checks"), "ledger:checks", Permission.SEE_LEDGER, 43),
        (Stroke.DETAIL, gettext_noop("Tracing"), "tracing:outbreaks", Permission.SEE_CASES, 35),
        (Stroke.DETAIL, gettext_noop("Follow-up"), "tracing:follow_up", Permission.FOLLOW_UP, 36),
        (Stroke.DETAIL, gettext_noop("Quarantine"), "ledger:quarantine", Permission.RESOLVE_QUARANTINE, 40),
        (Stroke.DETAIL, gettext_noop("Bring in an outbox"), "ledger:outboxes", Permission.RESOLVE_QUARANTINE, 41),
    )
]


def viewer_of(request: HttpRequest) -> Viewer:
    """Who looks, from the scope that this request already runs in: no query of its own."""
    if not isinstance(request.user, Staff):
        return Viewer()
    nodes = {permission.value: shown_to(request, permission) for permission in Permission}
    if request.user.is_drill:
        nodes[DRILL] = frozenset({0})  # no permission of anybody's work: it opens the drill's own page
    idle = int(allowed_now(request).total_seconds()) if is_proven(request) else 0
    name, looked = request.user.display or request.user.username, request.META.get("kakou.looks")
    if looked is None:
        return Viewer(name, nodes, idle)
    role = f"{gettext(ROLES[looked.role].title)} · " if looked.role else ""
    return Viewer(name, nodes, idle, role + looked.called, looked.until)


def wire() -> None:
    """Make every registration. Doing it twice changes nothing."""
    # the audit lies below the vault, so the vault's pen is handed to it here
    heads_are_signed_by(Signer(sign=signing.sign, holds=signing.holds, name=signing.name))
    lies_at(our_place)
    register_sealed(*COLUMNS)
    register_elsewhere(move_factors)
    SEAT.append(top_of_site)
    gates.sealed = dict(CALLED)
    registry.viewer = viewer_of
    registry.places = Places()
    _wire_pages()
    passages.whose = whose
    add_section("rules", lambda gate: bundle.rules_told(gate.node, gate.unit_kind, gate.at))
    add_section("areas", lambda gate: bundle.areas_told(localtime(gate.at).date()))
    add_section("trust", lambda _gate: bundle.trust_told())
    add_section("roster", lambda gate: bundle.passes_told(gate.nodes, gate.device, localtime(gate.at).date()))
    add_section("place", place_told)
    add_section("outbox", lambda _gate: outbox_told())
    add_section("people", people_told)
    add_section("exchange", exchange_told)
    add_section("vaccines", lambda _gate: vaccines_told())
    add_section("codes", lambda _gate: codes_told())
    gates.gates = entrance_names
    gates.names = full_names
    gates.way_in = way_in
    gates.losses = lost_by
    _wire_orders()
    on_subjects_changed(fold_again)
    wire_dependents()
    wire_followers()
    add_person_link(PersonLink(gettext_noop("Trail and register"), "ledger:timeline", Permission.SEE_LEDGER))
    listen(MARKS)
    add_unit_link(UnitLink(gettext_noop("Posters for the gates"), "screening:posters", Permission.SEE_PLACES))
    add_unit_link(UnitLink(gettext_noop("Place codes"), "ledger:place_codes", Permission.SEE_PLACES))
    add_unit_link(UnitLink(gettext_noop("Sheets and paper of its gates"), "ledger:gate_sheet", Permission.SEE_LEDGER))
    add_unit_link(UnitLink(gettext_noop("How long somebody may stay"), "ledger:allowances", Permission.SEE_PLACES))
    registry.add_topics(
        ledger=Permission.SEE_LEDGER.value, orders=Permission.SEE_ORDERS.value, fever=Permission.SEE_FEVER.value,
        rules=Permission.SEE_PLACES.value, cases=Permission.SEE_CASES.value,
    )  # fmt: skip


def _wire_pages() -> None:
    """The menu, and what the first page says."""
    registry.add_entries(NavEntry(Stroke.GUARD, gettext_noop("Places"), "places:tree", Permission.SEE_PLACES.value, 50))
    registry.add_entries(*ENTRIES)
    registry.add_entries(
        NavEntry(Stroke.GROUND, gettext_noop("Audit"), "oversight:audit", Permission.SEE_AUDIT.value, order=90)
    )
    registry.add_entries(
        NavEntry(Stroke.GROUND, gettext_noop("Backups"), "backup:home", Permission.MANAGE_STAFF.value, order=95),
        NavEntry(
            Stroke.GROUND, gettext_noop("Keys of people's data"), "access:keys", Permission.MANAGE_STAFF.value, 96
        ),
    )
    registry.add_entries(
        NavEntry(Stroke.GROUND, gettext_noop("Status"), "upkeep:home", Permission.MANAGE_STAFF.value, order=94)
    )
    gates.exports |= {
        PEOPLE_EXPORT: Export(gettext_noop("Residents' list"), people_in_plain),
        GATE_EXPORT: Export(gettext_noop("Sheet of a gate and day"), gate_in_plain),
    }
    gates.intakes |= {
        census.LIST: Intake(gettext_noop("List of residents"), census.take_list),
        sheets.LIST: Intake(gettext_noop("Sheet of places"), sheets.take_sheet),
        paper.LIST: Intake(gettext_noop("Lines of paper"), paper.take_sheet),
    }
    for line in (incoming_line, factors_line):
        registry.add_tidings(Tiding(Permission.SEE_PLACES.value, line))
    registry.add_entries(
        NavEntry(
            Stroke.GROUND, gettext_noop("Handed out unmasked"), "access:exports", Permission.RELEASE_NAMES.value, 89
        )
    )
    registry.add_tidings(Tiding(Permission.RELEASE_NAMES.value, exports_line))
    for line in (setup_line, upkeep_line, backup_line, keys_line):
        registry.add_tidings(Tiding(Permission.MANAGE_STAFF.value, line))
    registry.add_entries(NavEntry(Stroke.GROUND, gettext_noop("Drill"), "drill:runs", DRILL, order=900))
    registry.add_entries(
        NavEntry(Stroke.GUARD, gettext_noop("Phones"), "access:devices", Permission.ENROL_DEVICES.value, order=50),
        NavEntry(Stroke.GUARD, gettext_noop("Badges"), "access:badges", Permission.ENROL_DEVICES.value, order=52),
        NavEntry(Stroke.GUARD, gettext_noop("My badge"), "access:badge", Permission.RECORD_PASSAGES.value, order=53),
        NavEntry(Stroke.GUARD, gettext_noop("Roster"), "access:roster", Permission.MANAGE_STAFF.value, order=79),
        NavEntry(Stroke.GUARD, gettext_noop("Staff"), "access:staff", Permission.MANAGE_STAFF.value, order=80),
        NavEntry(Stroke.GUARD, gettext_noop("Roles"), "access:roles", Permission.SEE_PLACES.value, order=90),
    )
    registry.add_entries(
        NavEntry(
            Stroke.DETAIL, gettext_noop("Register a person"), "people:register", Permission.EDIT_PEOPLE.value, order=60
        ),
        NavEntry(
            Stroke.DETAIL, gettext_noop("Residents' lists"), "people:census", Permission.EDIT_PEOPLE.value, order=61
        ),
        NavEntry(
            Stroke.DETAIL, gettext_noop("Households"), "people:households", Permission.EDIT_PEOPLE.value, order=62
        ),
        NavEntry(
            Stroke.DETAIL, gettext_noop("Who may be one person"), "people:alike", Permission.EDIT_PEOPLE.value, order=63
        ),
    )


def _wire_orders() -> None:
    """Kinds and holes of orders, the pages they lead to, who hears of their steps."""
    of_gates = (*CALLS.values(), FEVER, SPOT_AUDIT, QUEUE_LOST)
    for kind in (
        *loops.KINDS,
        *chain.KINDS,
        *checks.KINDS,
        *trust.KINDS,
        *of_gates,
        *tracing.KINDS,
        *_SERVED,
        *BACKUPS,
        *UPKEEP,
    ):
        register_kind(kind)
    for hole in (*OF_EVERY_KIND, *HOLES):
        register_hole(hole)
    register_opinion(SATISFACTION)
    add_order_door(REQUESTED.name, OrderDoor(gettext_noop("Open the request"), "services:request"))
    add_order_door(MESSAGE_WAITS.name, OrderDoor(gettext_noop("Open the message"), "services:proposal"))
    add_order_door(LICENCE_EXPIRING.name, OrderDoor(gettext_noop("Open the licence"), "skills:licence"))
    add_order_door(DELIVERY_OPEN.name, OrderDoor(gettext_noop("Open the delivery"), "deliveries:delivery"))
    add_engaged(driving)
    add_order_door(DIRECTIVE.name, OrderDoor(gettext_noop("Open the directive"), "directives:task"))
    hear_orders(follow)
    register_events()
    hear_orders(tell_groups)
    hear_orders(tell_reporters)
    hear_orders(stop_asking)


def folds() -> list[Fold]:
    """What the worker keeps up behind the passages, in this order."""
    keeper, backlog, listening = LandKeeper(), Backlog(), Listening(now())
    start = RowMaker(vault.store()).fingerprint(chain.START)
    return [
        Fold("stays", lambda at: fold_new(at=at, keeper=keeper, backlog=backlog).more),
        Fold("chains", lambda at: chain.fold_chains(start=start, at=at)),
        Fold("checks", lambda at: fold_checks(at=at)),
        Fold("fevers", lambda at: follow_cases(at=at)),
        Fold("quarantine", lambda at: chain.close_emptied_quarantines(at=at), every=60),
        Fold("overdue", lambda at: open_overdue(at=at, backlog=backlog), every=60),
        Fold("temperatures", lambda at: fold_temperatures(at=at), every=60, in_portions=True),
        Fold("quotas", lambda at: fold_quotas(at=at), every=60, in_portions=True),
        Fold("occupants", lambda at: fold_occupants(at=at), every=60, in_portions=True),
        Fold("recorders", lambda at: fold_recorders(at=at), every=60, in_portions=True),
        Fold("warnings", lambda at: fold_warnings(at=at), every=60, in_portions=True),
        Fold("seen again", lambda at: fold_seen_again(at=at), every=60, in_portions=True),
        Fold("spot audits", lambda at: draw_spot_audits(at=at), every=60),
        Fold("passing on", lambda at: pass_on(at=at), every=5, in_portions=True),
        Fold("stuck notices", lambda at: watch_notices(at=at), every=60),
        Fold("lost queues", lambda at: open_lost(at=at), every=60),
        Fold("silent gates", lambda at: listening.look(at), every=60),
        Fold("stuck queues", lambda at: open_stuck(at=at), every=60),
        Fold("tracing", lambda at: tracing.follow_tracing(at=at), every=60),
        Fold("deliveries", lambda at: watch_deliveries(at=at), every=60),
        Fold("messages", lambda at: watch_proposals(at=at), every=60),
        Fold("licences", lambda at: watch_licences(at=at), every=60),
        Fold("known rules", lambda at: close_known(at=at), every=60),
    ]


def outgoing() -> list[Fold]:
    """What the worker does beside the passages, in a thread of its own: a receiver that hangs holds up no fold."""
    return [
        Fold("heard", lambda at: tell_what_was_heard(at=at), every=5),
        Fold("notices", lambda at: send_all(at=at), every=1),
    ]
