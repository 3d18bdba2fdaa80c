"""What an order is about, in words, and the page on which its matter is settled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext, gettext_noop, ngettext

from kakou.access.rules import Permission
from kakou.kernel.errors import NotFound
from kakou.ledger.actions.chain import QUARANTINE
from kakou.ledger.actions.lost import QUEUE_LOST
from kakou.ledger.calls import KINDS as CALLS
from kakou.ledger.calls import Call, Supply
from kakou.ledger.checks import kinds
from kakou.ledger.checks.signs import Sign
from kakou.ledger.events import DOORS
from kakou.ledger.pages.words import SIGNS, SUPPLIES, VERDICTS
from kakou.screening.actions import trust
from kakou.screening.actions.audits import SPOT_AUDIT
from kakou.screening.actions.fever import FEVER
from kakou.screening.packs.wording import degrees
from kakou.screening.pages.words import language
from kakou.screening.queries.fever import case_at
from kakou.screening.queries.wording import InWords
from kakou.screening.rules import Verdict
from kakou.web.kit import times
from kakou.web.shell.here import query_of
from kakou.workorders.actions.outgoing import NOTICES_STUCK
from kakou.workorders.models import WorkOrder

Facts = Mapping[str, Any]
# orders about what a recorder did: he is the one to ask
OF_A_RECORDER = frozenset(
    kind.name for kind in (kinds.VERDICT_MILDER, kinds.VERDICT_UNEXPLAINED, kinds.EQUAL_TEMPERATURES)
)


_OF_TRUST = frozenset(kind.name for kind in trust.KINDS)


class Door(NamedTuple):
    """A link to where a matter is settled."""

    words: str
    href: str


def said(order: WorkOrder) -> str:
    """The facts of an order in one line; "" where its title says all."""
    say = _SAYS.get(order.kind)
    return say(order.facts) if say else ""


def reasons(order: WorkOrder) -> list[str]:
    """What the rules say instead of a recorded verdict, reason by reason, in the words of those rules."""
    told, version = order.facts.get("reasons", ()), order.facts.get("pack", "")
    if not told:
        return []
    return InWords(language()).reasons(version, told)


def door(order: WorkOrder, held: Callable[[Permission], Collection[int]], *, place: int | None) -> Door | None:
    """Where the order leads, for whoever holds these permissions; None when it leads nowhere, or him nowhere."""
    for words, name, argument in _ways(order, held):
        try:
            return Door(gettext(words), reverse(name, args=argument) + query_of(place=place))
        except NoReverseMatch:
            return None
    return None


_OPEN_FEVER = gettext_noop("Open the fever")


def _ways(order: WorkOrder, held: Callable[[Permission], Collection[int]]) -> list[tuple[str, str, list[object]]]:
    """(words, name of the page, its arguments): one or none."""
    if order.kind in (FEVER.name, kinds.FEVER_WALKED.name):
        case = UUID(order.facts.get("fever") or order.cause)
        return [(_OPEN_FEVER, "screening:fever", [case])] if _may_see_fever(case) else []
    if order.kind == SPOT_AUDIT.name and order.node_id in held(Permission.CLOSE_ORDERS):
        return [(gettext_noop("Ask again, and write down the answers"), "screening:audit", [UUID(order.cause)])]
    return _desks(order, held)


def _desks(order: WorkOrder, held: Callable[[Permission], Collection[int]]) -> list[tuple[str, str, list[object]]]:
    if order.kind in DOORS:
        return [(DOORS[order.kind].words, DOORS[order.kind].url_name, [UUID(order.cause)])]
    if order.kind == QUARANTINE.name and order.node_id in held(Permission.RESOLVE_QUARANTINE):
        return [(gettext_noop("Open the quarantine desk"), "ledger:quarantine", [])]
    if order.kind in _OF_TRUST and held(Permission.MANAGE_RULES):
        return [(gettext_noop("Open the trust lists"), "screening:trust", [])]
    if order.kind == NOTICES_STUCK.name and order.node_id in held(Permission.MANAGE_NOTICES):
        return [(gettext_noop("Open the channel"), "notices:channel", [int(order.cause)])]
    return []


def _may_see_fever(case: UUID) -> bool:
    try:
        return case_at(case) is not None
    except NotFound:
        return False


def _verdict(facts: Facts) -> str:
    recorded, judged = (VERDICTS[Verdict[facts[name].upper()]].word for name in ("recorded", "judged"))
    words = gettext("Recorded: %(recorded)s. By the rules %(pack)s: %(judged)s.")
    return words % {"recorded": recorded, "pack": facts["pack"], "judged": judged}


def _recorded(facts: Facts) -> str:
    return gettext("Recorded: %(recorded)s.") % {"recorded": VERDICTS[Verdict[facts["recorded"].upper()]].word}


def _day(facts: Facts) -> str:
    return date_format(dt.date.fromisoformat(facts["day"]))


def _rules(facts: Facts) -> str:
    if "pack" in facts:
        return gettext("Rules %(pack)s") % {"pack": facts["pack"]}
    return gettext("What the phone names is no version of any rules.")


def _other_rules(facts: Facts) -> str:
    return gettext("Judged by %(pack)s, where %(held)s holds") % facts


def _temperatures(facts: Facts) -> str:
    return f"{facts['many']} × {degrees(facts['tenths'])}"


def _quota(facts: Facts) -> str:
    return gettext("More than %(persons)d of the household within %(days)d days") % facts


def _occupants(facts: Facts) -> str:
    return gettext("%(aboard)d aboard, %(recorded)d recorded") % facts


def _missing(facts: Facts) -> str:
    return ngettext("%(missing)d passage", "%(missing)d passages", facts["missing"]) % facts


def _silent(facts: Facts) -> str:
    return gettext("Not all of its phones heard since %(since)s") % {"since": _when(facts["since"])}


def _deaf(facts: Facts) -> str:
    words = gettext("Nothing heard of %(gates)d gates since %(since)s: look at this server's intake and its network")
    return words % {"gates": facts["gates"], "since": _when(facts["since"])}


def _stuck(facts: Facts) -> str:
    words = ngettext(
        "%(unsent)d passage unsent, since %(since)s", "%(unsent)d passages unsent, since %(since)s", facts["unsent"]
    )
    return words % {"unsent": facts["unsent"], "since": _when(facts["since"])}


def _when(text: str) -> str:
    return date_format(localtime(dt.datetime.fromisoformat(text)), "DATETIME_FORMAT")


def _no_shift(facts: Facts) -> str:
    words = ngettext("%(many)d passage on %(day)s", "%(many)d passages on %(day)s", facts["many"])
    return words % {"many": facts["many"], "day": _day(facts)}


def _warning(facts: Facts) -> str:
    words = gettext(
        "%(sign)s: %(many)d on %(day)s from %(hour)d to %(until)d o'clock; in the 14 days before %(before)d"
    )
    sign = gettext(SIGNS[Sign(facts["sign"])])
    return words % {**facts, "sign": sign, "day": _day(facts), "until": facts["hour"] + 1}


def _seen_again(facts: Facts) -> str:
    went = gettext_noop("Seen again, and went through; since he was persuaded back: %(time)s")
    did_not = gettext_noop("Seen again, and did not go through; since he was persuaded back: %(time)s")
    return gettext(went if facts["crossed"] else did_not) % {"time": times.span(60 * facts["minutes"])}


def _supplies(facts: Facts) -> str:
    return " · ".join(gettext(SUPPLIES[Supply(item)]) for item in facts.get("supplies", ()))


_SAYS: Mapping[str, Callable[[Facts], str]] = {
    kinds.VERDICT_MILDER.name: _verdict,
    kinds.VERDICT_UNEXPLAINED.name: _recorded,
    kinds.RISK_ORIGIN.name: _verdict,
    kinds.UNKNOWN_RULES.name: _rules,
    kinds.OTHER_RULES.name: _other_rules,
    kinds.EQUAL_TEMPERATURES.name: _temperatures,
    kinds.BARE_TEMPERATURES.name: _day,
    kinds.QUOTA_EXCEEDED.name: _quota,
    kinds.OCCUPANTS_MISSING.name: _occupants,
    kinds.GATE_SILENT.name: _silent,
    kinds.INTAKE_DEAF.name: _deaf,
    kinds.QUEUE_STUCK.name: _stuck,
    kinds.NO_SHIFT.name: _no_shift,
    kinds.ABOVE_USUAL.name: _warning,
    kinds.SEEN_AGAIN.name: _seen_again,
    QUEUE_LOST.name: _missing,
    CALLS[Call.SUPPLIES].name: _supplies,
}
