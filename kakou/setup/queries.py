"""How far an installation has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from kakou.access.models import Device, Staff
from kakou.places.models import Entrance, Unit
from kakou.places.rules import EntranceState


@dataclass(frozen=True, slots=True)
class Step:
    """One of the first steps: what it is, why, where it is done, whether it is."""

    key: str
    title: str
    why: str
    url_name: str
    act: str
    done: bool


def is_empty() -> bool:
    """Has nobody an account yet?"""
    return not Staff.objects.exists()


def root() -> Unit | None:
    """The unit at the top of the whole tree, for whoever has it in scope."""
    return Unit.objects.select_related("node").filter(node__parent=None).order_by("pk").first()


def steps() -> Sequence[Step]:
    """All of them in their order, for an administrator who has come in. Three queries."""
    top, staffed = root(), Entrance.objects.filter(state=EntranceState.STAFFED).exists()
    found = (
        Step(
            "administrator", gettext_noop("First administrator"),
            gettext_noop("With a password and a second factor."), "mfa_index",
            gettext_noop("Login and second factor"), True,
        ),
        Step(
            "site", gettext_noop("Name and time zone"),
            gettext_noop("What this installation is called, and where its days begin."), "setup:site",
            gettext_noop("Look or change"), top is not None,
        ),
        Step(
            "place", gettext_noop("First gate"),
            gettext_noop("A compound, village or factory, and the entrance where somebody stands."), "setup:place",
            gettext_noop("Add a gate"), staffed,
        ),
        Step(
            "phone", gettext_noop("First phone"),
            gettext_noop("The gate's phone scans a code, and can record at once."), "access:enrol",
            gettext_noop("Enrol a phone"), Device.objects.filter(revoked_at=None).exists(),
        ),
    )  # fmt: skip
    return tuple(step for step in found if top is not None or step.key != "site")  # who holds a part names no site


def next_step() -> Step | None:
    """The first that is not done; None when all are."""
    return next((step for step in steps() if not step.done), None)
