import datetime as dt
from collections import defaultdict

import msgspec
import pytest

from kakou.drill.days import Live, Share, Story, uploads
from kakou.drill.days.chain import GENESIS, head_of
from kakou.drill.scenarios import read, shipped, text_of, weave
from kakou.drill.tests.stories import SMOOTH, START, ZONE, midnight
from kakou.drill.tests.test_a_scenario_is_read_or_refused_by_line_and_key import HEAD
from kakou.drill.world import World

HOUR, MINUTE = 3_600_000, 60_000
NOW = midnight(2) + 15 * HOUR
CALM = '[mischief]\nbase = "none"\n'
MAIN = "望舒苑/正门"


def incident(kind, **told):
    lines = "".join(f"{key} = {msgspec.json.encode(value).decode()}\n" for key, value in told.items())
    return f'[[incident]]\nkind = "{kind}"\ngate = "{MAIN}"\n{lines}'


def told(*incidents, people=120, until=NOW):
    scenario = read(HEAD + CALM + "".join(incidents))
    world = World(scenario.seed)
    plot = weave(scenario, world, now_ms=NOW, zone=ZONE)
    return Story(world, START, until, Share((0, people), (0, 3)), ZONE, SMOOTH, plot)


def items(story):
    found = defaultdict(list)
    for upload in uploads(story):
        found[upload.gate] += [] if upload.repeat else map(msgspec.json.decode, upload.items)
    return found


def at_main(story):
    return items(story)[story.world.gate_called(MAIN)]


def new(story):
    """What is told at the main gate that is not told without the scenario."""
    before = {item["id"] for item in at_main(told())}
    return [item for item in at_main(story) if item["id"] not in before]


@pytest.mark.parametrize("name", shipped())
def test_the_same_file_seed_and_moment_give_the_same_bytes(name):
    def sent():
        scenario = read(text_of(name)[1])
        world = World(scenario.seed)
        plot = weave(scenario, world, now_ms=NOW, zone=ZONE)
        return [*uploads(Story(world, START, NOW, Share((0, 200), (0, 3)), ZONE, scenario.mischief, plot))]

    assert sent() == sent()


def test_three_fevers_come_within_the_hour_and_are_measured_again_or_not():
    fevers = new(told(incident("fevers", at="now-3:00", people=3, within=60)))
    hot = [item for item in fevers if item["verdict"] == "hold"]
    assert len(hot) == 3
    assert all(item["checks"]["temperature"] >= 373 and not item["crossed"] for item in hot)
    assert max(item["at"] for item in hot) - min(item["at"] for item in hot) < HOUR
    assert sum("temperature_before" in item["checks"] for item in fevers) == 3
    forgotten = new(told(incident("fevers", at="now-3:00", people=3, then="forgotten")))
    assert [item["verdict"] for item in forgotten] == ["hold"] * 3


def test_a_lorry_comes_unregistered_or_without_who_sits_in_it():
    unseen = new(told(incident("goods_vehicle", at="now-3:00", entry_seen=False)))
    assert {item["direction"] for item in unseen} == {"out"}
    empty = new(told(incident("goods_vehicle", at="now-3:00", aboard=4, driver_seen=False)))
    assert [(item["subject"]["kind"], item["aboard"]) for item in empty] == [("vehicle", 4)] * 2


def test_visitors_stay_as_long_as_it_says_and_newcomers_tell_where_they_come_from():
    stays = new(told(incident("overstay", at="now-9:00", people=2, within=1, hours=6)))
    assert [item["direction"] for item in stays] == ["in", "in", "out", "out"]
    wave = new(told(incident("newcomers", at="now-3:00", people=20, comes_from="high")))
    assert {(item["verdict"], item["crossed"]) for item in wave} == {("refer", False)}
    waved = new(told(incident("newcomers", at="now-3:00", people=5, comes_from="high", then="unasked")))
    assert {item["verdict"] for item in waved} == {"admit"}
    again = new(told(incident("newcomers", at="now-3:00", people=2, comes_from="medium", then="tries_again")))
    assert [item["verdict"] for item in again].count("persuade_back") == 2
    assert sum(item["crossed"] and item["direction"] == "in" for item in again) == 2


def test_a_clock_jumps_and_is_right_again():
    jumped, plain = (
        {item["seq"]: item for item in at_main(story)}
        for story in (told(incident("clock_jump", at="now-8:00", minutes=240, by=15)), told())
    )
    off = {item["at"] - plain[seq]["at"] for seq, item in jumped.items()}
    assert off == {0, 15 * MINUTE}
    assert {item["offset"] for item in jumped.values()} == {item["offset"] for item in plain.values()}


def test_items_are_lost_for_good_and_others_come_once_more_changed():
    whole = {item["seq"] for item in at_main(told())}
    left = {item["seq"] for item in at_main(told(incident("lost_queue", at="yesterday 12:00", items=4)))}
    assert len(whole - left) == 4
    story = told(incident("tampered", at="yesterday 12:00", items=4))
    sent = {item["id"]: item for item in at_main(story)}
    again = [msgspec.json.decode(body) for upload in uploads(story) if upload.repeat for body in upload.items]
    assert sum(sent[item["id"]] != item for item in again) == 4


def test_a_silent_phone_keeps_what_it_has_and_tells_it_afterwards():
    story = told(incident("newcomers", at="now-2:00", people=8), incident("silence", at="now-3:00", minutes=240))
    gate, silent_ms = story.world.gate_called(MAIN), NOW - 3 * HOUR
    sent = [*uploads(story)]
    assert max(item["at"] for item in at_main(story)) < silent_ms + 2_000
    heads = {entrance.number: (0, GENESIS) for entrance in story.world.staffed}
    for upload in sent:
        heads[upload.gate] = (upload.last, head_of(upload.items[-1]))
    live = Live(story, since_ms=NOW, heads=heads, recorder_of=lambda _gate: None)
    assert gate not in {upload.gate for upload in live.upto(NOW + 30 * MINUTE)}
    assert live.signs_of_life({gate: b"{}"}, NOW + 30 * MINUTE) == []
    later = [upload for upload in live.upto(NOW + 90 * MINUTE) if upload.gate == gate]
    told_later = [msgspec.json.decode(body) for upload in later for body in upload.items]
    assert told_later[0]["seq"] == heads[gate][0] + 1
    assert told_later[0]["at"] < NOW
    whole = at_main(told(incident("newcomers", at="now-2:00", people=8), until=NOW + 90 * MINUTE))
    assert [item["id"] for item in at_main(story) + told_later] == [item["id"] for item in whole]


def test_what_lies_ahead_happens_when_its_time_comes():
    story = told(incident("newcomers", at="now+0:10", people=3, within=5))
    assert new(story) == []
    live = Live(
        story, since_ms=NOW, heads={e.number: (0, GENESIS) for e in story.world.staffed}, recorder_of=lambda _: None
    )
    ahead = [upload for upload in live.upto(NOW + 30 * MINUTE) if upload.gate == story.world.gate_called(MAIN)]
    bodies = [msgspec.json.decode(body) for upload in ahead for body in upload.items]
    assert sum(item["subject"].get("id") is None and item["direction"] == "in" for item in bodies) >= 3


def test_another_phone_of_the_gate_tells_nothing_of_it():
    story = told(incident("newcomers", at="now-3:00", people=5))
    other = Story(story.world, START, NOW, Share((0, 120), (0, 3), device=2), ZONE, SMOOTH, story.plot)
    plain = Story(story.world, START, NOW, Share((0, 120), (0, 3), device=2), ZONE, SMOOTH)
    assert [*uploads(other)] == [*uploads(plain)]


def test_a_day_is_the_sites():
    story = told(incident("overstay", at="yesterday 14:00", people=1, hours=2))
    first = dt.datetime.fromtimestamp(story.plot.crossings[0].ms / 1000, ZONE)
    assert (first.date(), first.hour) == (START + dt.timedelta(days=1), 14)
