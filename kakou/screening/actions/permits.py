"""Who may change what holds for the whole installation: whoever manages rules anywhere."""

from __future__ import annotations

from django.db.models import Q

from kakou.access.models import Node, Staff
from kakou.access.rules import Permission
from kakou.access.scope import nodes_of
from kakou.kernel.errors import NotAllowed


def require_rules(by: Staff | None) -> int | None:
    """The topmost node over which `by` manages rules, where the audit keeps what he does for all; None is the
    installation itself, which acts at the top. Raises NotAllowed.
    """
    if by is None:
        return Node.objects.filter(parent=None).order_by("pk").values_list("pk", flat=True).first()
    held = nodes_of(by)[Permission.MANAGE_RULES]
    if not held:
        raise NotAllowed("Your role does not allow this here.")
    top = Node.objects.filter(Q(parent=None) | ~Q(parent__in=held), pk__in=held)
    return top.order_by("pk").values_list("pk", flat=True).first()


def id_of(by: Staff | None) -> int | None:
    """For the audit."""
    return by.pk if by else None
