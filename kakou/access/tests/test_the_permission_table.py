from hypothesis import given
from hypothesis import strategies as st

from kakou.access.rules import ROLES, Permission, Role, nodes_by_permission

grants = st.lists(st.tuples(st.sampled_from(Role), st.frozensets(st.integers(1, 50), max_size=8)), max_size=6)


def test_every_role_is_told_in_a_sentence():
    assert set(ROLES) == set(Role)
    assert all(definition.title and definition.sentence.endswith(".") for definition in ROLES.values())


def test_every_permission_is_held_by_some_role():
    assert set(Permission) == set().union(*(definition.permissions for definition in ROLES.values()))


def test_who_sets_the_system_up_sees_no_person():
    for role in (Role.ADMINISTRATOR, Role.AUDITOR, Role.ENTERPRISE_OFFICER):
        assert not ROLES[role].permissions & {Permission.SEE_PEOPLE, Permission.REVEAL}


@given(grants)
def test_a_permission_reaches_exactly_the_nodes_of_the_roles_that_give_it(given_grants):
    held = nodes_by_permission(given_grants)
    for permission in Permission:
        expected = {n for role, nodes in given_grants if permission in ROLES[role].permissions for n in nodes}
        assert held[permission] == expected


@given(grants, grants)
def test_more_grants_never_take_anything_away(some, more):
    fewer, all_of_them = nodes_by_permission(some), nodes_by_permission([*some, *more])
    assert all(fewer[p] <= all_of_them[p] for p in Permission)
