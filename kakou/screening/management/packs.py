"""`kakou screening pack`: look at the rules of a gate, check them, compare them, try them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kakou.kernel.errors import Refusal
from kakou.screening import packs
from kakou.screening.packs import Change, Content, PackProblem
from kakou.screening.packs.wording import DUTIES, OUTCOMES, VALUES, param_text
from kakou.screening.rules import judge

CASES = Path(__file__).resolve().parents[3] / "contracts" / "vectors" / "verdict"
_AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
_LANGUAGE = click.option("--lang", type=click.Choice(["zh", "en"]), help="Of the pack's words; else yours.")


class NoSuchPack(Refusal):
    """There is neither a shipped pack nor a file of this name, or the file is no JSON."""

    code = "pack-unknown"


@click.group("pack")
def group() -> None:
    """The rules by which a gate decides.

    PACK is the code of a shipped one (cn-2021-08, cn-2022-06, who-poe) or a JSON file of your own; how it is written
    stands in docs/reference/packs.md.
    """


@group.command()
@click.argument("pack")
@_AS_JSON
@click.pass_context
def validate(ctx: click.Context, pack: str, as_json: bool) -> None:
    """Check PACK: every fault by its place, with what to do. Exit code 1 when there is one."""
    content = opened(pack)
    found = list(packs.problems_of(content))
    if as_json:
        rows = [{"where": problem.where, "text": _told(problem), "fix": _fix(problem)} for problem in found]
        click.echo(json.dumps({"faults": rows}, ensure_ascii=False))
    else:
        for problem in found:
            click.echo(f"{problem.where or pack}: {_told(problem)} {_fix(problem)}".rstrip(), err=True)
        if not found:
            sound = _("%(version)s is sound: %(rules)d rules, %(steps)d steps, digest %(digest)s.")
            figures = {"version": packs.version_of(content), "digest": packs.digest(content)[:16]}
            click.echo(sound % {**figures, "rules": len(content["rules"]), "steps": len(content["order"])})
    ctx.exit(1 if found else 0)


@group.command()
@click.argument("pack")
@_LANGUAGE
def explain(pack: str, lang: str | None) -> None:
    """Print PACK in words: its numbers, its steps and whom they are compulsory for, its rules."""
    content, language = sound(pack), _language(lang)
    click.echo(f"{packs.version_of(content)}  {content['title'][language]}  ({content['based_on']})\n")
    for param in content["params"].values():
        click.echo(f"  {param['text'][language]}: {param_text(param, language)}")
    for number, name in enumerate(content["order"], 1):
        step = content["steps"][name]
        click.echo(f"\n{number}. {step['text'][language]}")
        for way, duties in step["duties"].items():
            words = ", ".join(f"{_who(who, language)} {DUTIES[duty][language]}" for who, duty in duties.items())
            click.echo(f"   {_who(way, language)}: {words}")
    for rule in packs.in_words(content, language):
        click.echo(f"\n{OUTCOMES[rule.outcome][language]}  {rule.text}  [{rule.id}]\n   {rule.condition}")
        if rule.fix:
            click.echo(f"   → {rule.fix}")


@group.command()
@click.argument("before")
@click.argument("after")
@_AS_JSON
def diff(before: str, after: str, as_json: bool) -> None:
    """Print what differs from pack BEFORE to pack AFTER."""
    found = packs.compare(sound(before), sound(after))
    if as_json:
        click.echo(json.dumps([change._asdict() for change in found], ensure_ascii=False))
        return
    for change in found:
        click.echo(_line(change))
    if not found:
        click.echo(_("They do not differ."))


@group.command()
@click.argument("pack")
@click.argument("cases", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
def test(ctx: click.Context, pack: str, cases: Iterable[Path]) -> None:
    """Judge the cases in CASES by PACK and say which come out otherwise than expected there.

    Without CASES those that Kakou is tested with. Exit code 1 when one differs.
    """
    content = sound(pack)
    files = list(cases) or [CASES / f"{content['pack']}.json"]
    ran, wrong = 0, 0
    for file in files:
        for name, expected, got in _judged(content, _read(file)):
            ran += 1
            if expected != got:
                wrong += 1
                click.echo(f"{name}\n   - {json.dumps(expected)}\n   + {json.dumps(got)}")
    click.echo(_("%(ran)d cases, %(wrong)d otherwise than expected.") % {"ran": ran, "wrong": wrong})
    ctx.exit(1 if wrong else 0)


def opened(pack: str) -> Any:
    """The content of a shipped pack or of a file, unchecked. Raises NoSuchPack."""
    if pack in packs.SHIPPED:
        return packs.shipped(pack)
    return _read(Path(pack))


def sound(pack: str) -> Content:
    """As `opened`, checked. Raises PackRefused."""
    content: Content = opened(pack)
    packs.check_pack(content)
    return content


def _read(file: Path) -> Any:
    try:
        return json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        raise NoSuchPack("There is no pack and no file called %(name)s.", name=str(file)) from None
    except (ValueError, OSError, RecursionError) as bad:
        raise NoSuchPack("%(name)s cannot be read as JSON: %(why)s.", name=str(file), why=str(bad)[:120]) from None


def _judged(content: Content, told: Any) -> Iterable[tuple[str, Any, Any]]:
    pack = packs.read_pack(content)
    for row in told["cases"]:
        judged = judge(pack, row["case"], row.get("areas", told.get("areas", ())))
        got = {"outcome": judged.outcome, "reasons": list(judged.reasons), "fix": judged.fix}
        yield row.get("name", "?"), row["expected"], got


def _line(change: Change) -> str:
    sides = [_short(side) for side in (change.before, change.after)]
    return f"{'.'.join(change.where)}: {sides[0]} → {sides[1]}"


def _short(side: Any) -> str:
    words = side.get("text", side) if isinstance(side, dict) else side  # a whole rule by what it says
    if isinstance(words, dict) and set(words) == {"zh", "en"}:
        return str(words[_language(None)])
    return "—" if side is None else json.dumps(side, ensure_ascii=False)[:200]


def _who(word: str, language: str) -> str:
    return VALUES[word][language]


def _language(given: str | None) -> str:
    return given or ("zh" if (get_language() or "").startswith("zh") else "en")


def _told(problem: PackProblem) -> str:
    text = _(problem.text)
    return text % problem.params if problem.params else text


def _fix(problem: PackProblem) -> str:
    text = _(problem.fix) if problem.fix else ""
    return text % problem.params if problem.params and text else text
