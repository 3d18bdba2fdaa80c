"""The standing cast of every test: one street, two communities, two compounds with a gate each, and who works there.

street
├── east ── garden ── garden_gate     (the community most tests play in)
└── west ── orchard ── orchard_gate   (its neighbour, whose people must not see it)
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.db import connections
from django.http import HttpRequest
from django.test import Client

from kakou.access.models import Device, Node, Staff
from kakou.access.rules import Role

AT = dt.datetime(2021, 8, 10, 4, 45, tzinfo=dt.UTC)  # 12:45 on the article's day, at Suining


@dataclass(frozen=True)
class Tree:
    """Nodes by what they stand for."""

    street: Node
    east: Node
    garden: Node
    garden_gate: Node
    west: Node
    orchard: Node
    orchard_gate: Node


@dataclass(frozen=True)
class Cast:
    """Staff by what they do; all of the east but for the last two."""

    recorder: Staff
    lead: Staff
    worker: Staff
    secretary: Staff
    liaison: Staff
    commander: Staff
    enterprise: Staff
    investigator: Staff
    auditor: Staff
    administrator: Staff
    neighbour: Staff  # the secretary of the west
    stranger: Staff  # an account without any role


@pytest.fixture
def at() -> dt.datetime:
    """The moment at which most tests play."""
    return AT


@pytest.fixture
def tree(db: None) -> Tree:
    """The nodes, without names: units and entrances are given them where a test needs places."""
    return planted()


def planted() -> Tree:
    """A tree of nodes, made."""
    from kakou.access.actions import add_node

    street = add_node(parent=None)
    east, west = add_node(parent=street), add_node(parent=street)
    garden, orchard = add_node(parent=east), add_node(parent=west)
    return Tree(
        street=street, east=east, garden=garden, garden_gate=add_node(parent=garden),
        west=west, orchard=orchard, orchard_gate=add_node(parent=orchard),
    )  # fmt: skip


@pytest.fixture
def cast(tree: Tree) -> Cast:
    """One account for every role, over the node where such a person works."""
    return Cast(
        recorder=staff("recorder", Role.GATE_RECORDER, tree.garden_gate),
        lead=staff("lead", Role.GATE_LEAD, tree.garden_gate),
        worker=staff("worker", Role.COMMUNITY_WORKER, tree.east),
        secretary=staff("secretary", Role.COMMUNITY_SECRETARY, tree.east),
        liaison=staff("liaison", Role.STREET_LIAISON, tree.east),
        commander=staff("commander", Role.COMMANDER, tree.street),
        enterprise=staff("enterprise", Role.ENTERPRISE_OFFICER, tree.garden),
        investigator=staff("investigator", Role.INVESTIGATOR, tree.street),
        auditor=staff("auditor", Role.AUDITOR, tree.street),
        administrator=staff("administrator", Role.ADMINISTRATOR, tree.street),
        neighbour=staff("neighbour", Role.COMMUNITY_SECRETARY, tree.west),
        stranger=staff("stranger"),
    )


@pytest.fixture
def as_worker(transactional_db: None) -> Iterator[None]:
    """The whole test runs as the job worker does: database role kakou_worker, real commits."""
    default = connections["default"]
    before = default.settings_dict["USER"]
    reconnect("kakou_worker")
    yield
    reconnect(before)


def reconnect(user: str) -> None:
    """As this role of the database from now on. The pool is taken away before it is closed, which takes a while: a
    page of a live server that asks just then makes the new one."""
    default = connections["default"]
    default.close()
    default.settings_dict["USER"] = user
    default.settings_dict["PASSWORD"] = settings.ROLE_PASSWORDS.get(user, "")  # none but on an external server
    pool = default._connection_pools.pop(default.alias, None)
    if pool is not None:
        pool.close()


def staff(username: str, role: Role | None = None, node: Node | None = None, **more: object) -> Staff:
    """An account with the password "correct horse battery"; its password is hashed the fast way of tests."""
    from kakou.access.actions import create_staff, grant_role

    made = create_staff(username=username, password="correct horse battery", by=None, at=AT, **more)
    if role is not None:
        grant_role(staff=made, role=role, node=node, by=None, at=AT)
    return made


def sign_in(client: Client, account: Staff) -> None:
    """A browser that went through login as `account`, the second factor included where the account needs one.

    The factor is a real one, in a session as login leaves it; the way there by password and code is walked in
    `test_a_password_alone_opens_nothing`.
    """
    from allauth.account.internal.flows.login import record_authentication
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    client.cookies.pop(settings.SESSION_COOKIE_NAME, None)  # a session of its own: an older one may be over by now
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    if account.is_drill:
        return
    factor = (
        Authenticator.objects.filter(user=account).first() or TOTP.activate(account, generate_totp_secret()).instance
    )
    request = HttpRequest()
    request.session = client.session
    record_authentication(request, account, "mfa", id=factor.pk, type=factor.type)
    request.session.save()


def enrol(by: Staff, node: Node, name: str = "phone") -> tuple[Device, str]:
    """A phone enrolled at a gate through the real door, with its token."""
    from kakou.access.actions import enrol_device, issue_enrolment

    _, token = issue_enrolment(node=node, name=name, by=by, at=AT)
    return enrol_device(token=token, at=AT)
