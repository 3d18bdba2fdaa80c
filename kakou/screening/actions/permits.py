"""Who may make rules, which hold nowhere until they are published: whoever manages rules anywhere. And who may change
what every gate goes by at once: whoever manages rules at the top."""

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


def require_rules_for_all(by: Staff | None) -> int | None:
    """As `require_rules`, over a topmost node of the tree: a trust list and a risk area hold at every gate."""
    node = require_rules(by)
    if not decides_for_all(by):
        raise NotAllowed("Every gate goes by this. Ask whoever manages rules for all places.")
    return node


def decides_for_all(by: Staff | None) -> bool:
    """May `by` change what every gate goes by?"""
    if by is None:
        return True
    return Node.objects.filter(parent=None, pk__in=nodes_of(by)[Permission.MANAGE_RULES]).exists()


def id_of(by: Staff | None) -> int | None:
    """For the audit."""
    return by.pk if by else None
