"""A newcomer guesses the file from the feature: every capability uses the same names."""

import ast
from pathlib import Path

import pytest

KAKOU = Path(__file__).parents[2] / "kakou"
CAPABILITIES = sorted(p for p in KAKOU.iterdir() if (p / "__init__.py").exists() and p.name not in {"config", "kernel"})
MODULES = {
    "rules",
    "models",
    "queries",
    "events",
    "actions",
    "forms",
    "pages",
    "api",
    "tasks",
    "admin",
    "urls",
    "apps",
    "__init__",
}
FOLDERS = {"templates", "migrations", "management", "tests", "locale", "static", "templatetags", "frontend"}
PURE = ("rules", "stays", "certlogic", "packs", "credentials", "printing", "vaccines", "official", "policy", "clocks")
BANNED_NAMES = {"utils", "helpers", "common", "core", "manager", "service", "misc"}


@pytest.mark.parametrize("capability", CAPABILITIES, ids=lambda p: p.name)
def test_modules_have_the_names_everybody_knows(capability):
    assert {p.stem for p in capability.glob("*.py")} <= MODULES


@pytest.mark.parametrize("capability", CAPABILITIES, ids=lambda p: p.name)
def test_it_says_what_it_owns(capability):
    doc = ast.get_docstring(ast.parse((capability / "__init__.py").read_text()))
    assert doc
    assert "ever" in doc  # never / whatever it must never do


def test_nothing_is_called_utils_or_manager():
    names = {p.stem for p in KAKOU.rglob("*") if "node_modules" not in p.parts}
    assert not names & BANNED_NAMES


def test_every_named_sub_package_says_what_it_is():
    packages = [p for c in CAPABILITIES for p in c.iterdir() if p.is_dir() and p.name not in FOLDERS | {"__pycache__"}]
    silent = [
        str(p.relative_to(KAKOU)) for p in packages if not ast.get_docstring(ast.parse((p / "__init__.py").read_text()))
    ]
    assert not silent


def imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_rules_and_engines_know_no_framework_and_no_database():
    pure = [
        p
        for name in PURE
        for p in [*KAKOU.glob(f"*/{name}.py"), *KAKOU.glob(f"*/{name}/**/*.py")]
        if "tests" not in p.parts
    ]
    assert pure
    foreign = {
        f"{p.relative_to(KAKOU)}: {m}"
        for p in pure
        for m in imports(p)
        if m.split(".")[0] in {"django", "psycopg", "asyncpg"}
    }
    assert not foreign
