"""The tables of states as pictures: what stands in docs/reference/work-orders.md is made here."""

from __future__ import annotations

from collections.abc import Mapping

from kakou.workorders.rules.kinds import EMERGENCY, ORDINARY, RUNS, Clock, Limits
from kakou.workorders.rules.states import ENDED, MATTER, REQUEST, Flow, State, StepKind

_CHINESE: Mapping[State | StepKind | Clock, str] = {
    State.REPORTED: "待受理", State.ACCEPTED: "已受理", State.DISPATCHED: "已派单", State.IN_PROGRESS: "办理中",
    State.RETURNED: "退回", State.ANSWERED: "已答复", State.VERIFIED: "已核实", State.CLOSED: "办结",
    State.DUPLICATE: "重复", State.REOPENED: "重开",
    Clock.ACCEPT: "受理", Clock.DISPATCH: "派单", Clock.RESPOND: "响应", Clock.FINISH: "办结", Clock.VERIFY: "核实",
}  # fmt: skip
PROFILES: Mapping[str, Limits] = {"ordinary 一般": ORDINARY, "emergency 特急": EMERGENCY}


def diagram(flow: Flow) -> str:
    """A state diagram as Mermaid draws it."""
    lines = ["stateDiagram-v2", f"  [*] --> {State.REPORTED.value}"]
    lines += [f"  {state.value}: {_words(state)}" for state in State if state in flow]
    for state in State:
        lines += [f"  {state.value} --> {then.value}: {kind.value}" for kind, then in flow.get(state, {}).items()]
    lines += [f"  {state.value} --> [*]" for state in State if state in ENDED]
    return "\n".join(lines)


def limits() -> str:
    """The clocks as a table: while which states each runs, and how long each profile gives it."""
    head = ["clock", "runs while", *PROFILES]
    rows = [
        [
            f"{clock.value} {_CHINESE[clock]}",
            ", ".join(_words(state) for state in State if state in RUNS[clock]),
            *(_limit(profile, clock) for profile in PROFILES.values()),
        ]
        for clock in Clock
    ]
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows])


def page() -> str:
    """The generated part of the page."""
    parts = [
        "## A matter 事项", "", "```mermaid", diagram(MATTER), "```", "", "## A request 诉求", "", "```mermaid",
        diagram(REQUEST), "```", "", "## Clocks 时限", "", limits(),
    ]  # fmt: skip
    return "\n".join(parts)


def _words(state: State) -> str:
    return f"{state.value.replace('_', ' ')} {_CHINESE[state]}"


def _limit(profile: Limits, clock: Clock) -> str:
    limit = profile.get(clock)
    if limit is None:
        return "—"
    if limit.in_worked_days:
        return f"{limit.amount.days} worked day{'s' if limit.amount.days > 1 else ''}"
    minutes = int(limit.amount.total_seconds() // 60)
    return f"{minutes // 60} h" if minutes >= 60 and minutes % 60 == 0 else f"{minutes} min"


if __name__ == "__main__":  # prints it, to be put into the page
    print(page())
