import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.audit.rules import EMPTY, FirstBad, Link, Row, Why, canonical, first_bad, row_hash

AT = dt.datetime(2022, 4, 1, 8, tzinfo=dt.UTC)


def chained(contents, after=EMPTY):
    """Rows as the database would store them."""
    rows, (seq, hash) = [], after
    for action, by, node, facts in contents:
        seq, prev, at = seq + 1, hash, AT + dt.timedelta(seconds=seq)
        hash = row_hash(prev, seq, canonical(at, action, by, "7", node, facts))
        rows.append(Row(seq, at, action, by, "7", node, facts, prev, hash))
    return rows


contents = st.tuples(
    st.sampled_from(["person.revealed", "role.granted"]),
    st.none() | st.integers(1, 2**31),
    st.none() | st.integers(1, 2**31),
    st.dictionaries(st.sampled_from(["role", "count"]), st.none() | st.booleans() | st.integers(0, 9)),
)
chains = st.lists(contents, min_size=3, max_size=12).map(chained)


def broken(rows):
    found = first_bad(rows)
    return found if isinstance(found, FirstBad) else None


@given(rows=chains)
def test_an_untouched_chain_holds_to_its_end(rows):
    assert first_bad(rows) == Link(rows[-1].seq, rows[-1].hash)


def test_an_empty_chain_holds():
    assert first_bad([]) == EMPTY


@given(rows=chains, data=st.data())
def test_a_chain_may_be_walked_in_parts(rows, data):
    cut = data.draw(st.integers(0, len(rows)))
    assert first_bad(rows[cut:], after=first_bad(rows[:cut])) == first_bad(rows)


EDITS = [
    {"at": AT - dt.timedelta(microseconds=1)},
    {"action": "person.forgotten"},
    {"by": 2**40},
    {"subject": "8"},
    {"node": 2**40},
    {"facts": {"other": 1}},
    {"prev_hash": bytes(range(32))},
    {"hash": bytes(range(32))},
]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: next(iter(edit)))
@given(rows=chains, data=st.data())
def test_an_edited_row_is_named(edit, rows, data):
    at = data.draw(st.integers(0, len(rows) - 1))
    rows[at] = rows[at]._replace(**edit)
    assert broken(rows) == FirstBad(at + 1, Why.EDITED)


@given(rows=chains, data=st.data())
def test_an_edit_whose_hash_was_made_good_breaks_the_next_row(rows, data):
    at = data.draw(st.integers(0, len(rows) - 2))
    row = rows[at]._replace(by=2**40)
    text = canonical(row.at, row.action, row.by, row.subject, row.node, row.facts)
    rows[at] = row._replace(hash=row_hash(row.prev_hash, row.seq, text))
    assert broken(rows) == FirstBad(at + 2, Why.UNLINKED)


@given(rows=chains, data=st.data())
def test_a_deleted_row_is_missing(rows, data):
    at = data.draw(st.integers(0, len(rows) - 2))
    del rows[at]
    assert broken(rows) == FirstBad(at + 1, Why.MISSING)


@given(rows=chains, data=st.data())
def test_a_row_deleted_and_the_rest_renumbered_is_noticed(rows, data):
    at = data.draw(st.integers(0, len(rows) - 2))
    rows = rows[:at] + [row._replace(seq=row.seq - 1) for row in rows[at + 1 :]]
    assert broken(rows) == FirstBad(at + 1, Why.EDITED)


@given(rows=chains, data=st.data())
def test_an_inserted_row_is_noticed(rows, data):
    at = data.draw(st.integers(1, len(rows) - 1))
    forged = chained([("role.granted", 1, 1, {})], after=Link(rows[at - 1].seq, rows[at - 1].hash))
    rows = rows[:at] + forged + [row._replace(seq=row.seq + 1) for row in rows[at:]]
    assert broken(rows).seq == at + 2


@given(rows=chains, data=st.data())
def test_two_rows_that_changed_places_are_noticed(rows, data):
    at = data.draw(st.integers(0, len(rows) - 2))
    one, two = rows[at], rows[at + 1]
    rows[at : at + 2] = [two._replace(seq=one.seq), one._replace(seq=two.seq)]
    assert broken(rows) == FirstBad(at + 1, Why.EDITED)
