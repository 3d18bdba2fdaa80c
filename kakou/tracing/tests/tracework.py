"""What tests of segments share: a folder of their own, and what an index says in words that can be compared."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from kakou.ledger.tests.gatework import land
from kakou.tracing.segments import files, warm, warm_index
from kakou.tracing.segments.keeping import Kept

NOON = dt.datetime(2021, 8, 10, 4, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
__all__ = ["DAY", "HOUR", "NOON", "anew", "folder", "land", "rows_of", "told"]


@pytest.fixture
def folder(settings, tmp_path, monkeypatch):
    """A home of its own, and a process that has opened nothing yet."""
    settings.HOME = tmp_path
    monkeypatch.setattr(warm, "_KEPT", Kept())
    return tmp_path / "tracing"


def rows_of(index):
    """Every row of every day: (begin of the day, person, place, enter, leave, certain), in order."""
    found = []
    for day in index.days:
        segment = day.segment
        places = np.repeat(np.arange(len(segment.places) - 1), np.diff(segment.places[:, 0]))
        found += [
            (
                day.begin,
                int(index.persons.ids[who >> 1]),
                int(index.places.ids[place]),
                int(enter),
                int(leave),
                not who & 1,
            )
            for who, place, enter, leave in zip(segment.who, places, segment.enter, segment.leave, strict=True)
        ]
    return sorted(found)


def told(at, *, subjects=True):
    """What the index says after it was brought up to date: with subjects instead of numbers."""
    one = warm_index(at)
    whose = one.subjects_of({row[1] for row in rows_of(one.index)})
    return [(begin, whose[person] if subjects else person, *rest) for begin, person, *rest in rows_of(one.index)]


def shared(at, since, until):
    """What everybody shared with everybody, and each one's contacts, by subject; of nobody who met nobody: the list of
    codes knows of some whose keys are another's now."""
    one = warm_index(at)
    asked = int(since.timestamp()), int(until.timestamp())
    exposure = one.index.exposure(min_overlap=60, t0=asked[0], t1=asked[1])
    whose = one.subjects_of(exposure.person)
    sums = zip(exposure.person.tolist(), exposure.exposure_s.tolist(), exposure.encounters.tolist(), strict=True)
    found = {}
    for person in whose:
        met = one.index.contacts(person, *asked, min_overlap=60, gap=600)
        columns = (met.exposure_s, met.encounters, met.first, met.last, met.certain)
        rows = zip(met.person.tolist(), *(column.tolist() for column in columns), strict=True)
        if met_by_code := {whose[other]: rest for other, *rest in rows}:
            found[whose[person]] = met_by_code
    return {whose[person]: rest for person, *rest in sums if any(rest)}, found


def anew(at, monkeypatch):
    """The same of an index that is built from nothing, in another folder."""
    from kakou.tracing.models import BuiltDay

    files.write_stamps({})
    BuiltDay.objects.update(rows=0)
    monkeypatch.setattr(warm, "_KEPT", Kept())
    return told(at)
