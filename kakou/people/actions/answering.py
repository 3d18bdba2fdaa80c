"""Who answers for somebody who is a child or has no telephone."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction

from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.kernel.errors import Refusal
from kakou.people.models import Person, Proxy
from kakou.people.rules import Special


class ProxyRefused(Refusal):
    """That one cannot answer for anybody."""

    code = "proxy-refused"


@transaction.atomic
def name_proxy(person: Person, answers: Person, *, is_guardian: bool, by: Staff, at: dt.datetime) -> Proxy:
    """From now on `answers` answers for `person`. Raises NotAllowed, ProxyRefused for a child, for himself, and for who
    is named already."""
    access.require(by, Permission.EDIT_PEOPLE, person.node_id)
    if answers.pk == person.pk:
        raise ProxyRefused("Nobody answers for himself. Choose another person.")
    if Special.MINOR in answers.special:
        raise ProxyRefused("A child answers for nobody. Choose an adult.")
    try:
        with transaction.atomic():
            made = Proxy.objects.create(
                node_id=person.node_id,
                person=person,
                answers=answers,
                is_guardian=is_guardian,
                named_at=at,
                named_by=by,
            )
    except IntegrityError as error:
        raise ProxyRefused("This one is named already.") from error
    audit.record("proxy.named", subject=person.pk, by=by.pk, at=at, node=person.node_id, other=answers.pk)
    return made


@transaction.atomic
def end_proxy(proxy: Proxy, *, by: Staff, at: dt.datetime) -> None:
    """It is no more so; twice changes nothing. Raises NotAllowed."""
    access.require(by, Permission.EDIT_PEOPLE, proxy.node_id)
    if Proxy.objects.filter(pk=proxy.pk, ended_at=None).update(ended_at=at, ended_by=by):
        audit.record(
            "proxy.ended", subject=proxy.person_id, by=by.pk, at=at, node=proxy.node_id, other=proxy.answers_id
        )
