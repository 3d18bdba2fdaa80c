"""Small things stay small: a room with two families in it is split. (Complexity is ruff's C901.)"""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = [p for p in ROOT.glob("kakou/**/*.py") if not {"migrations", "tests", "node_modules"} & set(p.parts)]


def functions(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node, node.end_lineno - node.lineno + 1


def test_no_module_is_longer_than_400_lines():
    long = {str(p.relative_to(ROOT)): n for p in SOURCES if (n := len(p.read_text().splitlines())) > 400}
    assert not long


def test_nine_functions_of_ten_have_at_most_30_lines():
    lengths = sorted(length for path in SOURCES for _, length in functions(path))
    assert lengths[int(len(lengths) * 0.9)] <= 30


def test_no_function_is_longer_than_60_lines():
    long = {f"{p.relative_to(ROOT)}:{f.name}": n for p in SOURCES for f, n in functions(p) if n > 60}
    assert not long
