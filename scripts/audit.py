"""`make audit`: what is known against the packages that are locked, and bills of materials (CycloneDX) in build/sbom.

A weakness is explained in docs/reference/weaknesses.toml, with a day until which that holds, or it fails the run (1).
Where nobody could be asked, nothing is known: that is told by name and fails differently (3): it never looks clean.
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from setup import ROOT, find_node

SBOM = ROOT / "build/sbom"
TOOLS = ROOT / "build/audit"
EXPLAINED = ROOT / "docs/reference/weaknesses.toml"
LOCKS = ("requirements", "requirements-dev", "requirements-node", "requirements-uv")
FOLDERS = {"gate": ROOT / "gate", "frontend": ROOT / "kakou/web/frontend"}
CLEAN, WEAK, UNASKED = 0, 1, 3


@dataclass(frozen=True, order=True)
class Weakness:
    """Something known against a package."""

    package: str
    version: str
    id: str
    fixed_in: str = ""


@dataclass(frozen=True)
class Answers:
    """What was found, and of whom nobody could be asked."""

    weaknesses: frozenset[Weakness] = frozenset()
    unasked: frozenset[str] = frozenset()

    def __or__(self, other: Answers) -> Answers:
        return Answers(self.weaknesses | other.weaknesses, self.unasked | other.unasked)


def of_pip_audit(told: Mapping[str, object]) -> Answers:
    """What `pip-audit -f json` says."""
    weak, unasked = set(), set()
    for package in told["dependencies"]:  # type: ignore[attr-defined]
        if "skip_reason" in package:
            unasked.add(package["name"])
        for known in package.get("vulns", ()):
            fixed = ", ".join(known.get("fix_versions", ()))
            weak.add(Weakness(package["name"], package["version"], known["id"], fixed))
    return Answers(frozenset(weak), frozenset(unasked))


def of_npm_audit(told: Mapping[str, object], folder: str) -> Answers:
    """What `npm audit --json` says; a refusal of the registry says nothing about any package of the folder."""
    if "vulnerabilities" not in told:
        return Answers(unasked=frozenset({f"npm: {folder}"}))
    weak = set()
    for name, one in told["vulnerabilities"].items():  # type: ignore[attr-defined]
        for via in one["via"]:
            if isinstance(via, dict):  # else it is weak through another one of the list
                weak.add(Weakness(name, one["range"], via["url"].rpartition("/")[2]))
    return Answers(frozenset(weak))


def unexplained(found: Iterable[Weakness], explained: Iterable[Mapping[str, object]], today: dt.date) -> list[Weakness]:
    """Those that nobody has explained, or whose explanation has run out."""
    holds = {(one["package"], one["id"]) for one in explained if one["until"] >= today}  # type: ignore[operator]
    return sorted(one for one in found if (one.package, one.id) not in holds)


def verdict(answers: Answers, left: list[Weakness]) -> int:
    """The exit code: a weakness weighs more than silence."""
    return WEAK if left else UNASKED if answers.unasked else CLEAN


def tools() -> Path:
    """A virtual environment with the two programs, at the versions of the lock."""
    uv = Path(sys.executable).with_name("uv")
    subprocess.run([uv, "venv", "-q", "--allow-existing", TOOLS], check=True)
    lock = ROOT / "requirements-audit.lock"
    subprocess.run(
        [uv, "pip", "install", "-q", "--python", TOOLS / "bin/python", "--require-hashes", "-r", lock], check=True
    )
    return TOOLS / "bin"


def python_packages(programs: Path) -> Answers:
    """Each lock: its bill of materials, and what is known."""
    answers = Answers()
    for name in LOCKS:
        lock = ROOT / f"{name}.lock"
        words = [programs / "cyclonedx-py", "requirements", lock, "--of", "JSON", "-o", SBOM / f"{name}.cdx.json"]
        subprocess.run(words, check=True, stderr=subprocess.DEVNULL)
        asked = subprocess.run(
            [programs / "pip-audit", "--disable-pip", "--no-deps", "-r", lock, "-f", "json"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False,
        )  # fmt: skip
        answers |= of_pip_audit(json.loads(asked.stdout)) if asked.stdout else Answers(unasked=frozenset({lock.name}))
    return answers


def node_packages() -> Answers:
    """Each front end: the same."""
    node = find_node()
    script = node.parent.parent / "lib/node_modules/npm/bin/npm-cli.js"
    npm = [str(node), str(script)] if script.exists() else ["npm"]
    answers = Answers()
    for name, folder in FOLDERS.items():
        words = [*npm, "sbom", "--sbom-format", "cyclonedx", "--package-lock-only"]
        bill = subprocess.run(words, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout
        (SBOM / f"{name}.cdx.json").write_bytes(bill)
        asked = subprocess.run(
            [*npm, "audit", "--json"], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
        )
        answers |= of_npm_audit(json.loads(asked.stdout or b"{}"), name)
    return answers


def main() -> int:
    """See the module."""
    SBOM.mkdir(parents=True, exist_ok=True)
    answers = python_packages(tools()) | node_packages()
    explained = tomllib.loads(EXPLAINED.read_text(encoding="utf-8")).get("weakness", [])
    left = unexplained(answers.weaknesses, explained, dt.datetime.now(tz=dt.UTC).date())
    for bill in sorted(SBOM.glob("*.json")):
        parts = len(json.loads(bill.read_bytes())["components"])
        print(f"  {bill.relative_to(ROOT)}: {parts} packages")
    print(f"  weaknesses known: {len(answers.weaknesses)}, explained: {len(answers.weaknesses) - len(left)}")
    for one in left:
        print(f"  {one.package} {one.version}: {one.id}" + (f", mended in {one.fixed_in}" if one.fixed_in else ""))
    if answers.unasked:
        print(f"  NOT ASKED ({len(answers.unasked)}): {', '.join(sorted(answers.unasked)[:12])} …", file=sys.stderr)
        print("  The databases of weaknesses were not reached: nothing is known of these.", file=sys.stderr)
    return verdict(answers, left)


if __name__ == "__main__":
    sys.exit(main())
