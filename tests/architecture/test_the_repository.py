"""What lies in the repository speaks of the project alone and works on any machine."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LISTED = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split("\n")
FILES = [ROOT / name for name in LISTED if name and (ROOT / name).is_file()]
DOCS = [p for p in FILES if p.suffix == ".md"]


def test_locks_name_no_registry():
    for lock in ROOT.glob("requirements*.lock"):
        assert "://" not in re.sub(r"(?m)^\s*#.*$", "", lock.read_text())
    for lock in [p for p in FILES if p.name == "package-lock.json"]:
        assert '"resolved"' not in lock.read_text()


@pytest.mark.parametrize("doc", DOCS, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_in_the_docs_lead_somewhere(doc):
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", doc.read_text()):
        if "://" not in target and not target.startswith("mailto:"):
            assert (doc.parent / target).exists(), target


def test_migrations_are_named_by_effect():
    names = [p.stem for p in FILES if p.parent.name == "migrations" and p.stem != "__init__"]
    assert names
    assert not [n for n in names if not re.fullmatch(r"\d{4}_[a-z][a-z0-9_]+", n) or n.endswith(("_initial", "_auto"))]
