"""An office makes an edition of its own, and says where and from when on it holds."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from kakou.access import actions as access
from kakou.access.models import Node, Staff
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.kernel.errors import Refusal
from kakou.places.rules import UnitKind
from kakou.screening import packs
from kakou.screening.actions.permits import id_of, require_rules
from kakou.screening.models import Edition, Publication
from kakou.screening.queries.packs import content_of
from kakou.vault.keys import bundles
from kakou.web.actions import announce

LATE = dt.timedelta(minutes=2)  # a form filled in for "now" may arrive a little after it
MOST_BYTES = 1 << 20


class PublicationRefused(Refusal):
    """The rules cannot be made or published so; the text says what to change."""

    code = "publication-refused"


@transaction.atomic
def change_params(version: str, values: Mapping[str, int], *, note: str, by: Staff | None, at: dt.datetime) -> Edition:
    """An edition like `version` with other numbers. `values`: name → value in the number's unit (tenths, minutes …).

    Raises NotAllowed, NotFound, PackRefused (a value outside its bounds), PublicationRefused when nothing differs.
    """
    node = require_rules(by)
    content = deepcopy(content_of(version))
    for name, value in values.items():
        content["params"][name]["value"] = value
    if content["params"] == content_of(version)["params"]:
        raise PublicationRefused("Nothing is changed: these are the numbers that hold now.")
    return _make(content, based_on=version, note=note, node=node, by=by, at=at)


@transaction.atomic
def add_pack(content: Any, *, note: str, by: Staff | None, at: dt.datetime) -> Edition:
    """An edition from a whole pack, such as a file that an office wrote; its number is given here. Raises NotAllowed,
    PackRefused naming what is wrong.
    """
    node = require_rules(by)
    packs.check_pack(content)
    return _make(deepcopy(content), based_on="", note=note, node=node, by=by, at=at)


@transaction.atomic
def publish(
    version: str,
    *,
    node: Node,
    unit_kind: UnitKind | None = None,
    starts_at: dt.datetime,
    by: Staff | None,
    at: dt.datetime,
) -> Publication:
    """Let `version` hold in the unit on `node` and below from `starts_at` on, for one kind of unit or for all.

    Raises NotAllowed, NotFound for a version that nobody knows, PublicationRefused for a time that is over: what was
    judged by other rules was judged.
    """
    if by is not None:
        access.require(by, Permission.MANAGE_RULES, node.pk)
    content_of(version)
    if starts_at < at - LATE:
        raise PublicationRefused("This time is over. Rules hold from now on, or from a time to come.")
    made = Publication.objects.create(
        node=node,
        unit_kind=unit_kind.value if unit_kind else "",
        version=version,
        starts_at=max(starts_at, at),
        published_at=at,
        published_by=by,
    )
    audit.record(
        "pack.published", subject=made.pk, by=id_of(by), at=at, node=node.pk, version=version,
        unit_kind=made.unit_kind, starts_at=made.starts_at.isoformat(timespec="seconds"),
    )  # fmt: skip
    announce("rules.changed", node=node.pk)
    return made


@transaction.atomic
def end_publication(publication: Publication, *, by: Staff | None, at: dt.datetime) -> None:
    """Let it hold no longer, or never: what was published above or before holds again. Twice changes nothing."""
    if by is not None:
        access.require(by, Permission.MANAGE_RULES, publication.node_id)
    ends_at = max(at, publication.starts_at)
    if Publication.objects.filter(pk=publication.pk, ends_at=None).update(ends_at=ends_at, ended_by=by):
        audit.record(
            "pack.withdrawn", subject=publication.pk, by=id_of(by), at=at, node=publication.node_id,
            version=publication.version,
        )  # fmt: skip
        announce("rules.changed", node=publication.node_id)


def _make(
    content: dict[str, Any], *, based_on: str, note: str, node: int | None, by: Staff | None, at: dt.datetime
) -> Edition:
    code = content["pack"]
    latest: int | None = Edition.objects.filter(code=code).aggregate(latest=Max("number"))["latest"]
    content["edition"] = number = (latest or 1) + 1  # edition 1 is what is shipped, or was never published
    packs.check_pack(content)
    text = packs.canonical(content)
    if len(text) > MOST_BYTES:
        raise PublicationRefused("This pack is larger than 1 MB.")
    try:
        with transaction.atomic():
            made = Edition.objects.create(
                code=code, number=number, content=text.decode(), digest=hashlib.sha256(text).digest(),
                signature=bundles.sign(text), based_on=based_on, note=note.strip()[:200], made_at=at, made_by=by,
            )  # fmt: skip
    except IntegrityError as error:
        raise PublicationRefused("Somebody made an edition at the same moment. Try again.") from error
    audit.record("pack.made", subject=made.pk, by=id_of(by), at=at, node=node, version=str(made), based_on=based_on)
    return made
