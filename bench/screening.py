"""`kakou bench screening`: a verdict on the server and on a cheap phone, a credential beside its signature (figure 4).

The raw limit of a verdict is the rules that it asks, evaluated alone over facts made beforehand: what our code around
the evaluator costs stands between the two. Reading the case from its JSON is measured beside it, to see both against
something that is nobody's of ours. A phone is a bare page of headless Chromium slowed six times by its own protocol;
slowed and unslowed rounds take turns, so that a busy neighbour hits both alike.
"""

from __future__ import annotations

import statistics
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

import click
from playwright.sync_api import Browser

from bench import credentials, verdicts
from bench.cases import LONG, Asked, beside_a_long_list, generated, shared
from bench.figures import Figure, are_met, exactly, measured, tell, unmeasured
from bench.phone_page import NoPage, PhonePage, chromium, phone_code
from bench.verdicts import Round, slowest

FIGURE = "4"
SLOWED = 6
MOST_PYTHON, MOST_PHONE, LEAST_SHARE = 200.0, 1.0, 0.4  # µs, ms, of the raw ECDSA verifications
COLD = 3  # pages whose very first verdict is timed
MICRO, MILLI = 1e6, 1e3


class Sets:
    """The cases by the name of their set. `judged` have a bar; the last is told only."""

    def __init__(self, draws: int) -> None:
        ours, drawn = shared(), generated(draws)
        self.judged = {f"{len(ours)} shared cases": ours, f"{len(drawn)} generated cases": drawn}
        self.told = {f"shared cases beside {LONG} risk areas": beside_a_long_list(ours)}
        self.limits = ours  # of which the raw limits are taken

    @property
    def all(self) -> dict[str, list[Asked]]:
        """All of them."""
        return {**self.judged, **self.told}

    @property
    def together(self) -> list[Asked]:
        """As one list, in the order of `all`."""
        return [one for ones in self.all.values() for one in ones]


def in_python(sets: Sets, rounds: int) -> list[Figure]:
    """(a) CPU time of a verdict, beside its rules alone and beside reading the case."""
    taken: dict[str, list[Round]] = defaultdict(list)
    verdicts.verdicts(sets.together)  # warm
    for _ in range(rounds):
        for name, asked in sets.all.items():
            taken[name].append(verdicts.verdicts(asked)[0])
        taken["rules"].append(verdicts.rules(sets.limits))
        taken["reading"].append(verdicts.reading(sets.limits))
    figures = [
        measured(FIGURE, f"Python, CPU: {name}", _means(taken[name], MICRO), "µs",
                 most=MOST_PYTHON if name in sets.judged else None)
        for name in sets.all
    ]  # fmt: skip
    return [*figures, _slowest("Python, CPU", sets, taken, "µs", MICRO), *_limits("Python", sets, taken, "µs", MICRO)]


def in_a_page(sets: Sets, rounds: int) -> list[Figure]:
    """(b) The same cases in a bare page, slowed and not, and whether any is judged otherwise than in Python."""
    try:
        code = phone_code()
        with chromium() as browser:
            first = _first(browser, code, sets.limits)
            pages = {name: PhonePage(browser, code, asked) for name, asked in sets.all.items()}
            slow, plain, different = _page_rounds(pages, sets, rounds)
    except NoPage as why:
        return [unmeasured(FIGURE, f"NOT RUN: {why}"[:140])]
    return [*_page_figures(sets, slow, plain, first), *_alike(sets, different)]


def of_credentials(rounds: int, pairs: int) -> list[Figure]:
    """(c) Raw verifications of a second beside whole ones, in turns: the share that is our code's is the rest."""
    kinds: tuple[tuple[str, Callable[[int], credentials.Taken], float | None], ...] = (
        ("EU certificate, ES256", credentials.dcc_rounds, LEAST_SHARE),
        ("EU certificate, PS256 (RSA 2048)", lambda count: credentials.dcc_rounds(count, rsa_bits=2048), None),
        ("SMART Health Card, ES256", credentials.shc_rounds, None),
    )
    figures = []
    for name, take, least in kinds:
        take(pairs // 4)  # warm
        medians = [tuple(map(statistics.median, take(pairs))) for _ in range(rounds)]
        figures += [
            measured(FIGURE, f"{name}: verified whole", [whole * MICRO for whole, _ in medians], "µs"),
            measured(FIGURE, f"{name}: its bare signature (raw limit)", [bare * MICRO for _, bare in medians], "µs"),
            measured(FIGURE, f"{name}: bare : whole", [bare / whole for whole, bare in medians], "x", least=least),
        ]
    return figures


def _first(browser: Browser, code: str, asked: Sequence[Asked]) -> list[float]:
    """Seconds of the very first verdict of some pages: nothing compiled, nothing warm."""
    found = []
    for _ in range(COLD):
        page = PhonePage(browser, code, asked)
        found.append(page.verdicts(slowed=SLOWED)[0].each[0])
        page.close()
    return found


def _page_rounds(
    pages: Mapping[str, PhonePage], sets: Sets, rounds: int
) -> tuple[dict[str, list[Round]], dict[str, list[Round]], list[str]]:
    """The slowed rounds, those that are not, and the names of all cases that any round judged otherwise."""
    taken: tuple[dict[str, list[Round]], dict[str, list[Round]]] = (defaultdict(list), defaultdict(list))
    ours = {name: verdicts.verdicts(asked)[1] for name, asked in sets.all.items()}
    different: set[str] = set()
    for number in range(rounds + 1):
        for by_name, rate in zip(taken, (SLOWED, 1), strict=True):
            for name, page in pages.items():
                one, said = page.verdicts(slowed=rate)
                different.update(verdicts.differences(sets.all[name], ours[name], said))
                limits = (page.rules(slowed=rate), page.reading(slowed=rate)) if sets.all[name] is sets.limits else ()
                if number:  # the first one warms
                    by_name[name].append(one)
                    for limit, round_of_it in zip(("rules", "reading"), limits, strict=False):
                        by_name[limit].append(round_of_it)
    return *taken, sorted(different)


def _page_figures(
    sets: Sets, slow: Mapping[str, list[Round]], plain: Mapping[str, list[Round]], first: Sequence[float]
) -> list[Figure]:
    side = f"page slowed {SLOWED}x"
    figures = []
    for name in sets.all:
        most = MOST_PHONE if name in sets.judged else None
        ratios = [one.mean / other.mean for one, other in zip(slow[name], plain[name], strict=True)]
        figures += [
            measured(FIGURE, f"{side}: {name}", _means(slow[name], MILLI), "ms", most=most),
            measured(FIGURE, f"page not slowed: {name}", _means(plain[name], MILLI), "ms"),
            measured(FIGURE, f"slowed : not slowed: {name}", ratios, "x"),
        ]
    return [
        *figures,
        _slowest(side, sets, slow, "ms", MILLI),
        measured(FIGURE, f"{side}: the very first verdict of a page", [seconds * MILLI for seconds in first], "ms"),
        *_limits(side, sets, slow, "ms", MILLI),
    ]


def _alike(sets: Sets, different: Sequence[str]) -> list[Figure]:
    for name in different[:5]:
        click.echo(f"judged otherwise in the page: {name}", err=True)
    return [
        Figure(FIGURE, "verdicts of the page compared with Python's", len(sets.together), ""),
        exactly(FIGURE, "of them different in outcome, reasons, fix or version", len(different), 0),
    ]


def _slowest(side: str, sets: Sets, taken: Mapping[str, list[Round]], unit: str, factor: float) -> Figure:
    """The slowest single case of those that are judged."""
    worst = {name: slowest(taken[name]) for name in sets.judged}
    name = max(worst, key=lambda name: worst[name][1])
    number, _ = worst[name]
    of_it = [one.each[number] * factor for one in taken[name]]
    return measured(FIGURE, f"{side}: the slowest, {sets.judged[name][number].name}"[:90], of_it, unit)


def _limits(side: str, sets: Sets, taken: Mapping[str, list[Round]], unit: str, factor: float) -> list[Figure]:
    """The raw limits, and what part of a verdict they are."""
    whole = next(taken[name] for name, asked in sets.all.items() if asked is sets.limits)
    shares = [rules.mean / one.mean for rules, one in zip(taken["rules"], whole, strict=True)]
    return [
        measured(FIGURE, f"{side}: a shared case's rules alone (raw limit)", _means(taken["rules"], factor), unit),
        measured(FIGURE, f"{side}: rules alone : verdict", shares, "x"),
        measured(FIGURE, f"{side}: reading a shared case from JSON", _means(taken["reading"], factor), unit),
    ]


def _means(rounds: Sequence[Round], factor: float) -> list[float]:
    return [one.mean * factor for one in rounds]


@click.command("screening")
@click.option("--draws", default=500, show_default=True, type=click.IntRange(1), help="Generated cases, doubles too.")
@click.option("--rounds", default=15, show_default=True, type=click.IntRange(1), help="Rounds of each measurement.")
@click.option("--pairs", default=200, show_default=True, type=click.IntRange(8), help="Credentials of a round.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def command(draws: int, rounds: int, pairs: int, as_json: bool) -> None:
    """Measure verdicts and credentials (about two minutes). 1 when a figure is not met."""
    click.echo("drawing cases …", err=True)
    sets = Sets(draws)
    click.echo("verdicts in Python …", err=True)
    figures = in_python(sets, rounds)
    click.echo("verdicts in a page …", err=True)
    figures += in_a_page(sets, rounds)
    click.echo("credentials …", err=True)
    figures += of_credentials(rounds, pairs)
    tell(figures, as_json=as_json)
    sys.exit(0 if are_met(figures) else 1)
