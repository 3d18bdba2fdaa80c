"""Fixtures of the drill's tests."""

import pytest

from kakou.drill.world import names


@pytest.fixture
def small(monkeypatch):
    """A land of a few places: what is tested does not depend on how many there are, only how long the test takes."""
    for listed, many in (("COMPOUNDS", 3), ("URBAN_VILLAGES", 2), ("VILLAGES", 2), ("ENTERPRISES", 4), ("SITES", 1)):
        monkeypatch.setattr(names, listed, getattr(names, listed)[:many])
    monkeypatch.setattr(names, "RURAL", names.RURAL[:2])
