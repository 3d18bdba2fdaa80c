"""The audit as a page: who did and who saw what, by place, by account and by kind of act."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from kakou.access.pages import StaffRequest, require_permission
from kakou.access.rules import ROLES, Permission, Role
from kakou.audit.models import Event
from kakou.oversight import queries
from kakou.oversight.rules import Drawer
from kakou.web.kit.lists import page_of
from kakou.web.shell.here import place_of

ROWS = 50
DRAWERS = {
    Drawer.LOOKS: gettext_noop("Looked at people"),
    Drawer.STAFF: gettext_noop("Roles and accounts"),
    Drawer.PHONES: gettext_noop("Phones"),
    Drawer.MATTERS: gettext_noop("Open matters"),
    Drawer.CASES: gettext_noop("Cases and contacts"),
    Drawer.PLACES: gettext_noop("Places"),
    Drawer.RULES: gettext_noop("Rules of the gates"),
    Drawer.RECORDS: gettext_noop("Records"),
}
ACTS = {
    "person.revealed": gettext_noop("Unmasked a person"),
    "vehicle.revealed": gettext_noop("Unmasked a vehicle"),
    "person.changed": gettext_noop("Changed a person's record"),
    "people.added": gettext_noop("Registered people"),
    "vehicles.added": gettext_noop("Registered vehicles"),
    "subjects.merged": gettext_noop("Joined two records of one person"),
    "subjects.parted": gettext_noop("Parted two records again"),
    "role.granted": gettext_noop("Gave a role"),
    "role.ended": gettext_noop("Took a role back"),
    "staff.created": gettext_noop("Made an account"),
    "staff.closed": gettext_noop("Closed an account"),
    "staff.password_reset": gettext_noop("Gave a new password"),
    "device.enrolment_issued": gettext_noop("Showed a code for a phone"),
    "device.enrolled": gettext_noop("Enrolled a phone"),
    "device.revoked": gettext_noop("Revoked a phone"),
    "badge.issued": gettext_noop("Had a badge made"),
    "badge.revoked": gettext_noop("Revoked a badge"),
    "lease.code_shown": gettext_noop("Showed a code that lengthens a lease"),
    "chain.head": gettext_noop("Wrote down the last item of a phone"),
    "passage.quarantined": gettext_noop("An item went into quarantine"),
    "gate.called": gettext_noop("A gate called for something"),
    "order.owner_named": gettext_noop("Named an owner"),
    "order.accepted": gettext_noop("Accepted a matter"),
    "order.dispatched": gettext_noop("Dispatched a matter to a unit"),
    "order.begun": gettext_noop("Began with a matter"),
    "order.returned": gettext_noop("Gave a matter back"),
    "order.answered": gettext_noop("Answered a request"),
    "order.verified": gettext_noop("Looked whether an answer is so"),
    "order.duplicate": gettext_noop("Said that two matters are one"),
    "order.helper_joined": gettext_noop("Named somebody who helps"),
    "order.helper_left": gettext_noop("Took back who helps"),
    "order.proved": gettext_noop("Added proof to a matter"),
    "order.paused": gettext_noop("Let a matter wait"),
    "order.resumed": gettext_noop("Let a matter go on"),
    "order.closed": gettext_noop("Closed a matter"),
    "order.reopened": gettext_noop("Opened a matter again"),
    "site_day.set": gettext_noop("Said whether the site works on a day"),
    "site_day.forgotten": gettext_noop("Took back what was said of a day"),
    "channel.added": gettext_noop("Added a channel"),
    "channel.changed": gettext_noop("Changed a channel"),
    "channel.switched_on": gettext_noop("Switched a channel on"),
    "channel.switched_off": gettext_noop("Switched a channel off"),
    "channel.tested": gettext_noop("Sent a test message"),
    "notice.retried": gettext_noop("Had a message tried again"),
    "notices.retried": gettext_noop("Had messages tried again"),
    "notices.forgotten": gettext_noop("Destroyed texts of messages that fell due"),
    "notice.discarded": gettext_noop("Discarded a message"),
    "unit.added": gettext_noop("Added a unit"),
    "unit.changed": gettext_noop("Changed a unit"),
    "unit.managed": gettext_noop("Put a unit under a rule"),
    "entrance.added": gettext_noop("Added an entrance"),
    "entrance.state_set": gettext_noop("Changed an entrance"),
    "tree.moved": gettext_noop("Moved a place"),
    "places.imported": gettext_noop("Brought in places"),
    "allowance.set": gettext_noop("Set how long somebody may stay"),
    "place_code.made": gettext_noop("Made a place code"),
    "place_code.cancelled": gettext_noop("Cancelled a place code"),
    "request.opened": gettext_noop("A request was reported"),
    "request.rated": gettext_noop("An answer was rated"),
    "request.revealed": gettext_noop("Unmasked who reported a request"),
    "request.photo_seen": gettext_noop("Looked at the photo of a request"),
    "order.picture_seen": gettext_noop("Looked at a picture of a work order"),
    "requests.forgotten": gettext_noop("Destroyed requests that fell due"),
    "api_key.made": gettext_noop("Made a key for a program"),
    "api_key.ended": gettext_noop("Ended the key of a program"),
    "licence.added": gettext_noop("Wrote a licence down"),
    "licence.verified": gettext_noop("Saw the original of a licence"),
    "licence.agreed": gettext_noop("Wrote down that somebody may be asked for help"),
    "licence.agreement_taken_back": gettext_noop("Wrote down that somebody may not be asked for help any more"),
    "licence.ended": gettext_noop("Took a licence off the list"),
    "licences.forgotten": gettext_noop("Destroyed licences that fell due"),
    "help.called": gettext_noop("Called for a helper"),
    "help.asked": gettext_noop("Asked people for help"),
    "help.answered": gettext_noop("Somebody answered whether he helps"),
    "help.came": gettext_noop("A helper came"),
    "help.served": gettext_noop("Wrote down how long somebody helped"),
    "help.rated": gettext_noop("A helper was rated"),
    "help.ended": gettext_noop("Ended a call for helpers"),
    "help.forgotten": gettext_noop("Destroyed calls for helpers that fell due"),
    "delivery.announced": gettext_noop("A goods vehicle was announced"),
    "delivery.step_taken": gettext_noop("Signed a step of a goods vehicle"),
    "deliveries.forgotten": gettext_noop("Destroyed deliveries that fell due"),
    "parcel.left": gettext_noop("Took parcels in"),
    "parcels.told": gettext_noop("Told whom parcels are for"),
    "parcel.collected": gettext_noop("Gave parcels out"),
    "parcels.forgotten": gettext_noop("Destroyed parcels that fell due"),
    "visit.announced": gettext_noop("A visit was announced"),
    "visit.withdrawn": gettext_noop("A visit was withdrawn"),
    "visit.declined": gettext_noop("Declined a visit"),
    "visits.forgotten": gettext_noop("Destroyed visits that fell due"),
    "outbox.brought": gettext_noop("Brought in the outbox of a phone"),
    "ledger.imported": gettext_noop("Brought in passages"),
    "ledger.forgotten": gettext_noop("Destroyed passages that fell due"),
    "people.searched": gettext_noop("Searched by a whole name or number"),
    "trail.opened": gettext_noop("Opened somebody's trail"),
    "trail.traced": gettext_noop("Asked by command who met whom"),
    "trail.exported": gettext_noop("Exported stays under fresh codes"),
    "staff.password_changed": gettext_noop("Changed the own password"),
    "staff.factor_forgotten": gettext_noop("Had a second factor set up anew"),
    "login.done": gettext_noop("Logged in"),
    "login.refused": gettext_noop("A login was refused"),
    "login.locked": gettext_noop("An account was locked after wrong passwords"),
    "logout.done": gettext_noop("Logged out"),
    "factor.set_up": gettext_noop("Set up a second factor"),
    "factor.removed": gettext_noop("Removed a second factor"),
    "factor.refused": gettext_noop("A wrong second factor"),
    "quarantine.enter": gettext_noop("Decided to enter an item into the ledger"),
    "quarantine.discard": gettext_noop("Discarded an item"),
    "quarantine.undo": gettext_noop("Took a decision about an item back"),
    "quarantine.entered": gettext_noop("An item entered the ledger"),
    "quarantine.returned": gettext_noop("An item came back to the desk"),
    "quarantine.forgotten": gettext_noop("Destroyed items in quarantine that fell due"),
    "order.noted": gettext_noop("Wrote a note on a matter"),
    "orders.evidence_forgotten": gettext_noop("Destroyed evidence that fell due"),
    "orders.pictures_forgotten": gettext_noop("Destroyed pictures that fell due"),
    "stays.forgotten": gettext_noop("Destroyed stays that fell due"),
    "fever.opened": gettext_noop("An abnormal temperature was measured"),
    "fever.normal": gettext_noop("The second temperature was normal"),
    "fever.still_high": gettext_noop("The second temperature was abnormal too"),
    "fever.isolated": gettext_noop("Brought somebody to the isolation point"),
    "fever.told": gettext_noop("Reported a fever"),
    "fever.fetched": gettext_noop("Somebody with a fever was fetched"),
    "fever.arrived": gettext_noop("Somebody with a fever arrived at the clinic"),
    "fever.ended": gettext_noop("Ended a fever otherwise"),
    "fever.noted": gettext_noop("Wrote a note on a fever"),
    "fever.taken_up": gettext_noop("Took a fever up again"),
    "fever.forgotten": gettext_noop("Destroyed fevers that fell due"),
    "code.asked": gettext_noop("Asked the authority about a code"),
    "spot_audit.answered": gettext_noop("Asked somebody again about a check"),
    "spot_audits.forgotten": gettext_noop("Destroyed spot audits that fell due"),
    "shifts.forgotten": gettext_noop("Destroyed shifts of phones that fell due"),
    "pack.made": gettext_noop("Made rules"),
    "pack.published": gettext_noop("Published rules"),
    "pack.withdrawn": gettext_noop("Ended the rules of a place"),
    "areas.imported": gettext_noop("Brought in risk areas"),
    "trust.imported": gettext_noop("Brought in a trust list"),
    "trust.withdrawn": gettext_noop("Withdrew a trust list"),
    "pass.issued": gettext_noop("Issued a pass"),
    "passes.printed": gettext_noop("Printed passes"),
    "pass.cancelled": gettext_noop("Cancelled a pass"),
    "outbreak.opened": gettext_noop("Began an outbreak"),
    "outbreak.edition_changed": gettext_noop("Changed the edition of the plan of an outbreak"),
    "outbreak.closed": gettext_noop("Ended an outbreak"),
    "outbreak.reopened": gettext_noop("Opened an outbreak again"),
    "measure.set": gettext_noop("Set a control measure"),
    "measure.ended": gettext_noop("Ended a control measure"),
    "involved.found": gettext_noop("Brought somebody into an outbreak"),
    "involved.accepted": gettext_noop("Decided on a contact"),
    "involved.dismissed": gettext_noop("Decided that somebody is no contact"),
    "involved.released": gettext_noop("Released somebody from follow-up"),
    "involved.lost": gettext_noop("Said that somebody followed up cannot be found"),
    "involved.handed_over": gettext_noop("Handed a contact over"),
    "involved.taken_back": gettext_noop("Took a decision about a contact back"),
    "involved.became_case": gettext_noop("Opened a case"),
    "involved.changed": gettext_noop("Changed what is known of a case"),
    "involved.noted": gettext_noop("Wrote a note on a case or contact"),
    "involved.forgotten": gettext_noop("Destroyed people of outbreaks that ended long ago"),
    "trace.asked": gettext_noop("Traced whom somebody met"),
    "question.asked": gettext_noop("Asked what an outbreak would have been"),
    "names.asked": gettext_noop("Asked for the names of an outbreak"),
    "names.granted": gettext_noop("Released the names of an outbreak"),
    "names.refused": gettext_noop("Refused the names of an outbreak"),
    "names.broken_glass": gettext_noop("Broke the glass for the names of an outbreak"),
    "names.confirmed": gettext_noop("Confirmed that the glass was rightly broken"),
    "names.ended": gettext_noop("Gave the names of an outbreak back"),
    "names.shown": gettext_noop("Saw names of an outbreak"),
    "names.unconfirmed": gettext_noop("Nobody confirmed in time that the glass was broken"),
    "follow_up.told": gettext_noop("Told what came of a follow-up"),
    "follow_up.taken_back": gettext_noop("Took what came of a follow-up back"),
    "follow_up.added": gettext_noop("Added a test to a follow-up"),
    "follow_up.number_shown": gettext_noop("Saw the number of somebody to call"),
    "follow_up.handed_out": gettext_noop("Took the sheet of a day's follow-up"),
    "contacts.handed_out": gettext_noop("Took a list of contacts as a sheet"),
    "picture.exported": gettext_noop("Took a picture of an outbreak as a file"),
    "addresses.compared": gettext_noop("Compared addresses for a household"),
    "mates.found": gettext_noop("Looked for household and vehicle mates"),
    "line_list.looked_at": gettext_noop("Looked a line list through"),
    "line_list.brought": gettext_noop("Brought in a line list"),
    "line_list.undone": gettext_noop("Took a line list back"),
    "handover.made": gettext_noop("Made a file to hand contacts over"),
    "handover.brought_in": gettext_noop("Took in contacts of another area"),
    "handover.received": gettext_noop("Got the receipt of a hand-over"),
    "office.trusted": gettext_noop("Trusted the key of another office"),
    "office.trust_ended": gettext_noop("Trusted the key of another office no more"),
    "office.card_given": gettext_noop("Gave out the own key for hand-overs"),
    "key.destroyed": gettext_noop("Destroyed a key"),
    "drill.settled": gettext_noop("Set up the drill"),
    "drill.planned": gettext_noop("Planned a run of the drill"),
    "drill.stopped": gettext_noop("Stopped the drill"),
    "drill.resumed": gettext_noop("Went on with the drill"),
    "drill.time_let_pass": gettext_noop("Let time pass in the drill"),
}
FIELDS = {
    "name": gettext_noop("Name"),
    "document": gettext_noop("Document"),
    "phone": gettext_noop("Phone number"),
    "address": gettext_noop("Address"),
    "plate": gettext_noop("Plate"),
}


@require_safe
@require_permission(Permission.SEE_AUDIT)
def audit(request: StaffRequest) -> HttpResponse:
    """What was done and seen at the place, the newest first."""
    place, kind, who = place_of(request), request.GET.get("kind", ""), request.GET.get("who", "")
    drawer = Drawer(kind) if kind in set(Drawer) else None
    one = int(who) if who.isascii() and who.isdecimal() and len(who) < 10 else None
    found = queries.events(below=place.id if place else None, drawer=drawer, who=one)
    page = page_of(found, request.GET.get("page", ""), size=ROWS)
    context = {
        "now": request.now,
        "kind": kind,
        "kinds": [("", _("All")), *((drawer.value, _(words)) for drawer, words in DRAWERS.items())],
        "one": queries.names_of([one]).get(one, "") if one is not None else "",
        "page": page,
        "rows": [(told, act_of(told.event), details_of(told.event)) for told in queries.told(page.rows)],
    }
    return render(request, "oversight/audit.html", context)


def act_of(event: Event) -> str:
    """The act in words; one of an older version that has none keeps its name."""
    return _(ACTS[event.action]) if event.action in ACTS else event.action


def details_of(event: Event) -> list[str]:
    """What a reader needs besides: which role, which field, why."""
    role, field, reason, version = (event.facts.get(key) for key in ("role", "field", "reason", "version"))
    told = [_(ROLES[Role(role)].title)] if role in set(Role) else []
    told += [_(FIELDS[field])] if field in FIELDS else []
    return told + [str(fact) for fact in (version, reason) if fact]
