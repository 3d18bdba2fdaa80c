"""From the JSON of a pack to one that judges; the shipped ones; and the canonical text that is hashed and signed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from kakou.screening.certlogic import compiled
from kakou.screening.certlogic.checking import paths
from kakou.screening.rules.looks import Way, Who
from kakou.screening.rules.verdicts import SKIPPED, Duty, Finding, LookRule, Pack, Rule

Content: TypeAlias = Mapping[str, Any]

HERE = Path(__file__).parent
SHIPPED = ("cn-2021-08", "cn-2022-06", "who-poe")


def version_of(content: Content) -> str:
    """The version that passages carry: code and edition, as `cn-2021-08.2`."""
    return f"{content['pack']}.{content['edition']}"


def read_version(version: str) -> tuple[str, int] | None:
    """Code and edition of a version; None for anything else (a passage may carry what an old app sent)."""
    code, _, edition = version.rpartition(".")
    good = edition.isascii() and edition.isdecimal() and len(edition) < 6
    return (code, int(edition)) if code and good else None


def shipped(code: str) -> dict[str, Any]:
    """The content of a shipped pack, as its own copy. One kept as a diff is merged with what it is a diff of. Raises
    KeyError with the known codes.
    """
    if code not in SHIPPED:
        raise KeyError(f"no shipped pack is called {code}; there are {', '.join(SHIPPED)}")
    return deepcopy(_shipped(code))


@cache
def shipped_version(code: str) -> str:
    """The version of a shipped pack, asked for with every passage: without a copy of its content. Raises KeyError."""
    return version_of(shipped(code))


def read_pack(content: Content) -> Pack:
    """The pack, ready to judge. `content` has passed `check_pack`."""
    return Pack(
        version=version_of(content),
        params={name: param["value"] for name, param in content["params"].items()},
        looks=tuple(_looks(content)),
        rules=tuple(_rule(id, rule) for id, rule in sorted(content["rules"].items())),
    )


def canonical(content: Content) -> bytes:
    """RFC 8785 (JCS) of a pack: its names are ASCII and its numbers whole, so sorted keys without spaces are that."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(content: Content) -> str:
    """SHA-256 of the canonical text, 64 hex digits."""
    return hashlib.sha256(canonical(content)).hexdigest()


def merged(target: Any, patch: Any) -> Any:
    """RFC 7396: objects are merged, null takes a member out, anything else replaces what was there."""
    if not isinstance(patch, Mapping):
        return deepcopy(patch)
    result = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


@cache
def _shipped(code: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((HERE / f"{code}.json").read_text("utf-8"))
    if "of" not in content:
        return content
    whole: dict[str, Any] = merged(_shipped(content["of"]), {"pack": content["pack"], **content["changes"]})
    return whole


def _looks(content: Content) -> Iterator[LookRule]:
    for name in content["order"]:
        step = content["steps"][name]
        duties = {(way.value, who.value): Duty(step["duties"][way][who]) for way in Way for who in Who}
        for look, what in step["looks"].items():
            yield LookRule(
                look=look,
                duties={} if what.get("optional") else duties,
                results=frozenset(what.get("results", ())),
                least=what.get("least", 0),
                most=what.get("most", 0),
                skips={reason: _skip(f"{look}.{SKIPPED}.{reason}", skip) for reason, skip in step["skips"].items()},
            )


def _skip(id: str, skip: Content) -> Finding:
    return Finding(id, skip["outcome"], skip["severity"], skip["fix"]["minutes"])


def _rule(id: str, rule: Content) -> Rule:
    minutes = rule["fix"]["minutes"] if "fix" in rule else None
    finding = Finding(id, rule["outcome"], rule["severity"], minutes)
    return Rule(finding, tuple(rule["needs"]), compiled(rule["when"]), paths(rule["when"]))
