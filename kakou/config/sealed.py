"""Every place where sealed fields lie, for the rotation of their keys. A test compares this with the tables."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from kakou.vault.events import SealedColumn as At

_PERSON = [(f"{name}_sealed", name) for name in ("name", "document", "phone", "address")]
COLUMNS = (
    *(At("people_person", column, field) for column, field in _PERSON),
    *(At("people_personevent", column, field, key="pgh_id", place="people_person") for column, field in _PERSON),
    At("people_attachment", "sealed", "sealed"),
    At("people_vehicle", "plate_sealed", "plate"),
    At("people_vehicleevent", "plate_sealed", "plate", key="pgh_id", place="people_vehicle"),
    At("places_responsible", "name_sealed", "name"),
    At("places_responsible", "phone_sealed", "phone"),
    At("places_sealpicture", "sealed", "sealed"),
    At("access_badge", "key_sealed", "key"),
    At("ledger_passage", "sealed", "sealed"),
    At("ledger_quarantined", "payload", "payload"),
    At("ledger_quarantined", "correction", "correction"),
    At("ledger_expectedvisit", "sealed", "sealed"),
    At("ledger_paperrow", "sealed", "sealed"),
    At("screening_pass", "door_sealed", "door"),
    At("notices_channel", "reach_sealed", "reach", row="row"),
    At("notices_message", "text_sealed", "text", row="mark"),
    At("notices_message", "to_sealed", "to", row="mark"),
    At("workorders_exhibit", "sealed", "sealed"),
    At("services_request", "text_sealed", "text_sealed"),
    At("services_request", "contact_sealed", "contact_sealed"),
    At("services_request", "remark_sealed", "remark_sealed"),
    At("services_request", "point_sealed", "point_sealed"),
    At("services_proposal", "text_sealed", "text_sealed"),
    At("services_proposal", "contact_sealed", "contact_sealed"),
    At("services_photo", "sealed", "sealed"),
    At("services_inlet", "known_sealed", "known", row="row"),
    At("skills_licence", "number_sealed", "number_sealed"),
    At("deliveries_delivery", "sealed", "sealed"),
    At("deliveries_parcel", "sealed", "sealed"),
    At("deliveries_parcel", "collector_sealed", "collector_sealed"),
    At("directives_paper", "sealed", "sealed"),
    At("drill_phone", "token", "token"),
    At("drill_phone", "last", "last"),
)
# what lies there, for whoever looks what a key seals
CALLED = {
    "people_person": gettext_noop("Residents and other people of the register"),
    "people_personevent": gettext_noop("Former states of people of the register"),
    "people_attachment": gettext_noop("Pictures in records of people"),
    "people_vehicle": gettext_noop("Vehicles of the register"),
    "people_vehicleevent": gettext_noop("Former states of vehicles"),
    "places_responsible": gettext_noop("Who answers for a place"),
    "places_sealpicture": gettext_noop("Photos of seals"),
    "access_badge": gettext_noop("Badges"),
    "ledger_passage": gettext_noop("Passages of the ledger"),
    "ledger_quarantined": gettext_noop("Items in quarantine"),
    "ledger_expectedvisit": gettext_noop("Announced visits"),
    "ledger_paperrow": gettext_noop("Lines of paper"),
    "screening_pass": gettext_noop("Passes"),
    "notices_channel": gettext_noop("Channels"),
    "notices_message": gettext_noop("Messages"),
    "workorders_exhibit": gettext_noop("Proof of work orders"),
    "services_request": gettext_noop("Requests of residents"),
    "services_proposal": gettext_noop("Messages that came in"),
    "services_photo": gettext_noop("Photos of requests"),
    "services_inlet": gettext_noop("Ways in"),
    "skills_licence": gettext_noop("Licences"),
    "deliveries_delivery": gettext_noop("Goods vehicles"),
    "deliveries_parcel": gettext_noop("Parcels"),
    "directives_paper": gettext_noop("Papers of directives"),
    "drill_phone": gettext_noop("Phones of the drill"),
}
