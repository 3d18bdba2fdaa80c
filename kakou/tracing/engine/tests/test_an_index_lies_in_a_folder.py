"""What is written to disk is what is read from it, whatever happens in between."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import numpy as np
import pytest
import xxhash

from kakou.tracing.engine import TraceIndex
from kakou.tracing.engine.folder import Damaged, Overtaken

DAY = 86_400
BEGIN = 1_628_524_800


def a_day(number, *, seed=0, many=500):
    draw = np.random.default_rng((seed, number))
    enter = np.sort(BEGIN + number * DAY + draw.integers(0, DAY, many))
    return (
        draw.integers(-50, 50, many) * 10**15,
        draw.integers(0, 9, many),
        enter,
        enter + draw.integers(0, 2 * DAY, many),
    )


def span(number):
    return BEGIN + number * DAY, BEGIN + (number + 1) * DAY


def three_days(path):
    index = TraceIndex.open(path)
    for number in (0, 2, 1):
        index.append_day(*a_day(number), span=span(number))
    return index


def said(index):
    """Everything it says, to be compared."""
    asked = index.persons.ids.copy()
    met = index.contacts_many(asked, BEGIN, BEGIN + 9 * DAY, min_overlap=60).joined().ranked()
    summed = index.exposure(min_overlap=60)
    order = np.argsort(summed.person)
    return [c.tolist() for c in (met.person, met.exposure_s, met.first, summed.exposure_s[order])]


def test_it_is_read_as_it_was_written(tmp_path):
    index = three_days(tmp_path / "index")
    again = TraceIndex.open(tmp_path / "index")
    assert said(again) == said(index)
    assert [d.begin for d in again.days] == [span(n)[0] for n in range(3)]


def test_it_is_for_its_owner_only(tmp_path):
    three_days(tmp_path / "index")
    assert (tmp_path / "index").stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in (tmp_path / "index").iterdir()} == {0o600}


def test_a_day_made_again_is_as_if_it_had_been_made_once(tmp_path):
    three_days(tmp_path / "once")
    index = three_days(tmp_path / "twice")
    index.append_day(*a_day(1, seed=7), span=span(1))
    index.append_day(*a_day(1), span=span(1))
    names = {file.name for file in (tmp_path / "once").iterdir()}
    assert {file.name for file in (tmp_path / "twice").iterdir()} == names
    assert all(
        (tmp_path / "once" / n).read_bytes() == (tmp_path / "twice" / n).read_bytes()
        for n in names
        if n.endswith(".seg")
    )


def test_what_is_past_its_time_is_deleted(tmp_path):
    index = three_days(tmp_path / "index")
    before = {file.name for file in (tmp_path / "index").glob("*.seg")}
    assert index.drop_before(span(1)[1]) == 1000
    left = {file.name for file in (tmp_path / "index").glob("*.seg")}
    assert len(before) == 3
    assert left == {n for n in before if n.startswith(f"{span(2)[0]}-")}
    assert len(TraceIndex.open(tmp_path / "index")) == 500


def test_a_changed_byte_is_found_and_only_its_day_is_built_again(tmp_path):
    index = three_days(tmp_path / "index")
    wanted = said(index)
    for place in (0, 700, -1):
        file = next((tmp_path / "index").glob(f"{span(1)[0]}-*.seg"))
        data = bytearray(file.read_bytes())
        data[place] ^= 4
        file.write_bytes(data)
        with pytest.raises(Damaged) as found:
            TraceIndex.open(tmp_path / "index")
        assert found.value.spans == (span(1),)
        index.append_day(*a_day(1), span=span(1))
        assert said(TraceIndex.open(tmp_path / "index")) == wanted


@pytest.mark.parametrize("name", ["manifest.json", "persons.i64", "places.i64"])
def test_what_is_cut_off_or_lost_is_found(tmp_path, name):
    three_days(tmp_path / "index")
    file = tmp_path / "index" / name
    file.write_bytes(file.read_bytes()[:-3])
    with pytest.raises(Damaged, match=name.replace(".", r"\.")):
        TraceIndex.open(tmp_path / "index")


def test_a_lost_segment_is_found(tmp_path):
    three_days(tmp_path / "index")
    next((tmp_path / "index").glob(f"{span(0)[0]}-*.seg")).unlink()
    with pytest.raises(Damaged) as found:
        TraceIndex.open(tmp_path / "index")
    assert found.value.spans == (span(0),)


def test_a_changed_byte_of_the_manifest_is_found_wherever_it_is(tmp_path):
    three_days(tmp_path / "index")
    manifest = tmp_path / "index" / "manifest.json"
    whole = manifest.read_bytes()
    for place in range(len(whole)):
        manifest.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(Damaged):
            TraceIndex.open(tmp_path / "index")


def test_what_is_whole_is_rescued_and_the_rest_is_named(tmp_path):
    wanted = said(three_days(tmp_path / "index"))
    next((tmp_path / "index").glob(f"{span(1)[0]}-*.seg")).write_bytes(b"nothing")
    index, lost = TraceIndex.rescue(tmp_path / "index")
    assert lost == (span(1),)
    assert len(index) == 1000
    index.append_day(*a_day(1), span=span(1))
    assert said(TraceIndex.open(tmp_path / "index")) == wanted
    assert TraceIndex.rescue(tmp_path / "index")[1] == ()


@pytest.mark.parametrize("name", ["manifest.json", "persons.i64"])
def test_where_nothing_can_be_trusted_all_is_built_again(tmp_path, name):
    wanted = said(three_days(tmp_path / "index"))
    (tmp_path / "index" / name).write_bytes(b"nothing")
    (tmp_path / "index" / "notes.txt").write_text("not ours")
    index, lost = TraceIndex.rescue(tmp_path / "index")
    assert lost is None
    assert {file.name for file in (tmp_path / "index").iterdir()} == {"notes.txt"}
    for number in (0, 2, 1):
        index.append_day(*a_day(number), span=span(number))
    assert said(TraceIndex.open(tmp_path / "index")) == wanted


def test_two_that_write_do_not_mix_their_ids(tmp_path):
    one, other = three_days(tmp_path / "index"), TraceIndex.open(tmp_path / "index")
    one.append_day(*a_day(4), span=span(4))
    with pytest.raises(Overtaken):
        other.append_day(*a_day(5), span=span(5))
    with pytest.raises(ValueError, match="holds an index"):
        TraceIndex.from_arrays(*a_day(6)).save(tmp_path / "index")
    assert said(TraceIndex.open(tmp_path / "index")) == said(one)


def test_an_index_in_memory_is_saved_whole(tmp_path):
    index = TraceIndex.from_arrays(*a_day(0))
    index.save(tmp_path / "index")
    assert said(TraceIndex.open(tmp_path / "index")) == said(index)


def test_another_format_is_not_read(tmp_path):
    three_days(tmp_path / "index")
    manifest = tmp_path / "index" / "manifest.json"
    content = json.dumps(json.loads(manifest.read_bytes().partition(b"\n")[2]) | {"format": 0}).encode()
    manifest.write_bytes(xxhash.xxh3_64_hexdigest(content).encode() + b"\n" + content)
    with pytest.raises(Damaged, match="format 0"):
        TraceIndex.open(tmp_path / "index")


def killed_at(path, moment):
    """Another process makes a day again and is killed at its n-th call to the system; did it live to the end?"""
    child = os.fork()
    if child == 0:
        left = [moment]

        def dying(real):
            def called(*given, **named):
                left[0] -= 1
                if left[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return real(*given, **named)

            return called

        index = TraceIndex.open(path)
        for owner, name in ((os, "fsync"), (os, "open"), (os, "close"), (Path, "replace"), (Path, "unlink")):
            setattr(owner, name, dying(getattr(owner, name)))
        index.append_day(*a_day(1, seed=3), span=span(1))
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_killed_at_any_moment_it_holds_what_was_or_what_is(tmp_path):
    before = said(three_days(tmp_path / "before"))
    index = three_days(tmp_path / "after")
    index.append_day(*a_day(1, seed=3), span=span(1))
    after, found = said(index), []
    for moment in range(1, 40):
        three_days(tmp_path / f"killed{moment}")
        lived = killed_at(tmp_path / f"killed{moment}", moment)
        holds = said(TraceIndex.open(tmp_path / f"killed{moment}"))
        assert holds in (before, after)
        found.append(holds == after)
        if lived:
            break
    assert found == sorted(found)  # once it is there it is there
    assert found[0] is False
    assert found[-1] is True
    assert moment > 10
