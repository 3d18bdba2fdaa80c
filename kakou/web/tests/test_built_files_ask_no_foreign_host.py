from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from kakou.web.kit.bundles import BUILT

FRONTEND = Path(__file__).resolve().parents[1] / "frontend"
# names of XML vocabularies: written into elements, never fetched
NAMES = re.compile(r"http://www\.w3\.org/(1999/xlink|2000/svg|2000/xmlns/|1999/xhtml|XML/1998/namespace)")
HOST = re.compile(r"""(?:https?:|wss?:|["'`(=]\s*)//[\w.-]+""")

built = pytest.mark.skipif(not BUILT.exists(), reason="the front end is not built (make setup)")


@built
def test_it_names_no_host_at_all():
    for file in BUILT.rglob("*"):
        if file.suffix in {".js", ".css"}:
            assert HOST.findall(NAMES.sub("", file.read_text())) == [], file.name


@built
def test_it_evaluates_no_text():
    for file in BUILT.rglob("*.js"):
        assert not re.search(r"\beval\(", file.read_text()), file.name


@built
def test_it_stays_small():
    manifest = json.loads((BUILT / "manifest.json").read_text())

    def gz(source: str) -> int:
        return len(gzip.compress((BUILT / manifest[source]["file"]).read_bytes(), 9))

    assert gz("src/look.css") <= 20_000
    assert gz("src/shell.ts") <= 24_000
    assert gz("src/bars.ts") <= 200_000
    # pictures of an outbreak: fetched where one stands, the two libraries where one moves
    assert gz("src/pictures.css") <= 4_000
    assert gz("src/chain.ts") + gz("src/map.ts") <= 8_000
    assert gz("node_modules/cytoscape/dist/cytoscape.esm.mjs") <= 150_000
    assert gz("node_modules/maplibre-gl/dist/maplibre-gl.mjs") <= 310_000


def test_the_lock_names_no_registry():
    lock = json.loads((FRONTEND / "package-lock.json").read_text())
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]


def test_versions_are_exact():
    package = json.loads((FRONTEND / "package.json").read_text())
    for version in (package["dependencies"] | package["devDependencies"]).values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
