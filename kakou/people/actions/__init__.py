"""The only writes of the register, and the only way in which personal data leaves it in plain text.

`by=None` is the installation itself (set-up, drill): no role is asked, both walls must be set all the same.
"""

from kakou.people.actions.merging import merge_subjects, part_subjects
from kakou.people.actions.registering import (
    NewVehicle,
    add_people,
    add_person,
    add_vehicle,
    add_vehicles,
    change_person,
    reveal,
)
from kakou.people.actions.rows import AlreadyKnown, NewPerson, PeopleRefused

__all__ = [
    "AlreadyKnown", "NewPerson", "NewVehicle", "PeopleRefused", "add_people", "add_person", "add_vehicle",
    "add_vehicles", "change_person", "merge_subjects", "part_subjects", "reveal",
]  # fmt: skip
