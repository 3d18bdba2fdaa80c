"""Every place where sealed fields lie, for the rotation of their keys. A test compares this with the tables."""

from __future__ import annotations

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
