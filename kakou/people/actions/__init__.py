"""The only writes of the register, and the only way in which personal data leaves it in plain text.

`by=None` is the installation itself (set-up, drill): no role is asked, both walls must be set all the same.
"""

from kakou.people.actions.answering import ProxyRefused, end_proxy, name_proxy
from kakou.people.actions.finding import count_named, find_by
from kakou.people.actions.merging import (
    TwoPeople,
    keep_apart,
    merge_at,
    merge_people,
    merge_subjects,
    part_subjects,
)
from kakou.people.actions.moving import living_in, move_house
from kakou.people.actions.registering import (
    NewVehicle,
    add_people,
    add_person,
    add_vehicle,
    add_vehicles,
    change_person,
    reveal,
    write_down,
)
from kakou.people.actions.rows import AlreadyKnown, NewPerson, PeopleRefused

__all__ = [
    "AlreadyKnown", "NewPerson", "NewVehicle", "PeopleRefused", "ProxyRefused", "TwoPeople", "add_people",
    "add_person", "add_vehicle", "add_vehicles", "change_person", "count_named", "end_proxy", "find_by", "keep_apart",
    "living_in", "merge_at", "merge_people", "merge_subjects", "move_house", "name_proxy", "part_subjects", "reveal",
    "write_down",
]  # fmt: skip
