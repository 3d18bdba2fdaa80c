"""Every table says who sees its rows and how private each field is; foreign keys point downwards."""

import tomllib
from pathlib import Path

import pytest
from django.apps import apps

from kakou.access.scope.build import declared_walls

ROOT = Path(__file__).parents[2]
LAYERS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]["layers"]
MODELS = [m for m in apps.get_models() if m.__module__.startswith("kakou.")]
OWN = [m for m in MODELS if not hasattr(m, "pgh_tracked_model")]


def layer(model):
    name = model.__module__.split(".")[1]
    return next(i for i, names in enumerate(LAYERS) if name in {n.strip() for n in names.split("|")})


def test_every_model_declares_a_wall():
    assert {m._meta.db_table for m in MODELS} <= set(declared_walls())


@pytest.mark.parametrize("model", OWN, ids=lambda m: m._meta.label)
def test_every_field_is_classified(model):
    privacy = model.Privacy
    personal, sensitive = getattr(privacy, "personal", {}), getattr(privacy, "sensitive", {})
    classified = set(privacy.plain) | set(personal) | set(sensitive)
    assert classified == {f.name for f in model._meta.local_fields}
    assert all(isinstance(retention, str) and retention for retention in [*personal.values(), *sensitive.values()])


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m._meta.label)
def test_foreign_keys_point_down(model):
    ours = [
        f.related_model
        for f in model._meta.get_fields()
        if f.many_to_one and f.related_model.__module__.startswith("kakou.")
    ]
    assert all(layer(model) <= layer(other) for other in ours)
