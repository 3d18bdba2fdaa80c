"""Reads of the register, within the reader's scope: persons and vehicles masked, and whose keys are one subject."""

from kakou.people.queries.alike import Pair, may_be_one, pairs
from kakou.people.queries.households import Household, doors, household_of, who_stands_for
from kakou.people.queries.merged import rows_of, standing, stands_alone
from kakou.people.queries.persons import (
    MOST_FOUND,
    PERSON_FIELDS,
    Brief,
    PersonShown,
    VehicleShown,
    briefs,
    exactly_meant,
    index_of_document,
    index_of_door,
    index_of_name,
    index_of_phone,
    index_of_plate,
    person_at,
    plain_field,
    said,
    search,
    search_vehicles,
    shown,
    shown_many,
    shown_vehicle,
    state_of_briefs,
    vehicle_at,
)
from kakou.people.queries.subjects import (
    Identity,
    at_home,
    callable_among,
    canonical,
    count_residents,
    homes_of,
    identities,
    registered,
    residents,
    residents_among,
    sharing_a_phone,
)

__all__ = [
    "MOST_FOUND", "PERSON_FIELDS", "Brief", "Household", "Identity", "Pair", "PersonShown", "VehicleShown",
    "at_home", "briefs", "callable_among", "canonical", "count_residents", "doors", "exactly_meant", "homes_of",
    "household_of", "identities", "index_of_document", "index_of_door", "index_of_name", "index_of_phone",
    "index_of_plate", "may_be_one", "pairs", "person_at", "plain_field", "registered", "residents",
    "residents_among", "rows_of", "said", "search", "search_vehicles", "sharing_a_phone", "shown", "shown_many",
    "shown_vehicle", "standing", "stands_alone", "state_of_briefs", "vehicle_at", "who_stands_for",
]  # fmt: skip
