"""What is not measured is not met, and a show or benchmark with such a figure fails."""

import json

import pytest

from bench import show as shows
from bench.figures import Figure, are_met, as_text, exactly, measured, read, tell, unmeasured


def test_the_median_is_held_against_the_bar():
    rounds = [3.0, 1.0, 2.0]
    assert (measured("1", "x", rounds, "µs", most=2).value, measured("1", "x", rounds, "µs").spread) == (2, "1–3")
    assert [measured("1", "x", rounds, "µs", most=most).met for most in (2, 1.9)] == [True, False]
    assert [measured("1", "x", rounds, "x", least=least).met for least in (2, 2.1)] == [True, False]
    assert measured("1", "x", rounds, "µs").met is None


def test_one_that_is_missed_or_was_not_measured_fails_them_all():
    fine = [measured("1", "x", [1.0], "µs", most=2), Figure("1", "told only", 3, "")]
    assert are_met(fine)
    assert not are_met([*fine, exactly("1", "x", 1, 0)])
    assert not are_met([*fine, unmeasured("1", "no browser")])


def test_what_was_not_measured_is_printed_without_a_number(capsys):
    tell([unmeasured("1", "NOT RUN: no [browser]"), measured("1", "memory", [100_000.0], "B")], as_json=False)
    lines = capsys.readouterr().out.splitlines()
    (row,) = [line for line in lines if "NOT RUN: no [browser]" in line]
    assert "—" in row
    assert " 0 " not in row
    assert any("100000 B" in line for line in lines)


def test_another_program_reads_them_as_they_were():
    figures = [measured("1", "x", [1.0, 2.0, 3.0], "µs", most=2), unmeasured("1", "why")]
    again = read("some line\n" + as_text(figures))
    assert [(one.name, one.value, one.met, one.load, tuple(one.rounds)) for one in again] == [
        (one.name, one.value, one.met, one.load, tuple(one.rounds)) for one in figures
    ]
    with pytest.raises(ValueError, match="no figures"):
        read("\n")


class NoClone:
    """Where steps are run that need none."""

    def __init__(self, folder):
        self.checkout = folder

    def set_up(self):
        pass

    def remove(self):
        pass


def met(_):
    """1: one that is met."""
    return [exactly("1", "fine", 1, 1)]


def broken(_):
    """2: one that breaks."""
    raise RuntimeError("no [such] thing")


@pytest.fixture
def shown(monkeypatch, tmp_path):
    """Runs a show without a clone; its exit code and the figures it kept."""
    monkeypatch.setattr(shows, "Clone", lambda: NoClone(tmp_path))
    monkeypatch.setattr(shows, "ROOT", tmp_path)

    def go(*steps, chosen=()):
        code = shows.show("some", steps, chosen)
        return code, json.loads((tmp_path / "build/show-some.json").read_text())["figures"]

    return go


def test_a_show_fails_with_one_of_its_figures(shown):
    assert shown(("1", met))[0] == 0
    code, figures = shown(("1", met), ("2", broken), ("3", lambda _: []))
    assert code == 1
    assert [(one["name"], one["value"], one["met"]) for one in figures[:-1]] == [
        ("fine", 1, True), ("BROKEN: no [such] thing", None, False), ("NOTHING was measured", None, False),
    ]  # fmt: skip


def test_a_step_that_is_not_there_is_no_success(shown):
    assert shown(("1", met), ("2", broken), chosen=["1"])[0] == 0
    assert shown(("1", met), chosen=["1", "5.1"])[0] == 1
