"""Channels are added, changed, tried and switched off; how one is reached goes into the vault and stays there."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit
from uuid import UUID

from django.db import IntegrityError, transaction

from kakou import vault
from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.kernel.errors import NotFound
from kakou.kernel.ids import new_id
from kakou.notices import queries
from kakou.notices.actions.telling import put
from kakou.notices.adapters import Reach, kind_of
from kakou.notices.models import Channel, Heard
from kakou.notices.rules import NoticeRefused, one_line
from kakou.vault.sealing import Purpose, blind, seal

FOR_GOOD = dt.date(2100, 1, 1)  # as long as the channel: as secrets of second factors


@dataclass(frozen=True, slots=True)
class Wished:
    """What a person says of a channel; `may_write_people` None: as it is, which for a new one is no."""

    name: str
    per_minute: int | None = None
    may_name_people: bool = False
    may_write_people: bool | None = None


@transaction.atomic
def add_channel(*, node: int, kind: str, reach: Reach, wished: Wished, by: Staff | None, at: dt.datetime) -> Channel:
    """Add a channel that serves `node`. Raises NoticeRefused saying what is wrong with it, NotAllowed."""
    _require(by, node)
    kept = kind_of(kind).checked(reach)
    channel = Channel(node_id=node, kind=kind, row=new_id(), made_at=at, made_by=by)
    _dress(channel, wished)
    _open_to_people(channel, wished.may_write_people, by)
    _seal(channel, kept)
    _save(channel, adding=True)
    _record("channel.added", channel, by, at, kind=kind, may_write_people=channel.may_write_people)
    return channel


@transaction.atomic
def change_channel(channel: Channel, *, reach: Reach, wished: Wished, by: Staff | None, at: dt.datetime) -> Channel:
    """Write it anew; of `reach` what is empty stays as it was, unless another machine is named: what is sealed for one
    is told to no other, and a channel that leads to another machine writes to people only once an administrator has
    said so again. The former name and rate are kept as history. Raises as `add_channel`."""
    now = _locked(channel, by)
    before = queries.reach_of(now)
    is_another = _machine(reach.url) not in ("", _machine(before.url))
    if is_another and ((before.secret and not reach.secret.strip()) or (before.to and not reach.to)):
        raise NoticeRefused("Another machine: type its secret and its receivers too. Those kept are for the former.")
    kept = kind_of(now.kind).checked(
        Reach(reach.url.strip() or before.url, reach.secret.strip() or before.secret, reach.to or before.to)
    )
    _dress(now, wished)
    said = wished.may_write_people
    _open_to_people(now, False if said is None and kept.url != before.url and not _administers(now, by) else said, by)
    _seal(now, kept)
    _save(now, adding=False)
    _record("channel.changed", now, by, at, rerouted=kept != before, may_write_people=now.may_write_people)
    return now


def _machine(url: str) -> str:
    """Of an address, in small letters: by which way, where, at which port; "" for none."""
    parts = urlsplit(url.strip().lower())
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else url.strip()


@transaction.atomic
def switch(channel: Channel, *, on: bool, by: Staff | None, at: dt.datetime) -> int:
    """Off: nothing new is told there, and messages that wait go on waiting. On: it hears from now on; what it had heard
    before and no message told is let go: how many. Doing it twice changes nothing."""
    now = _locked(channel, by)
    if now.enabled is on:
        return 0
    Channel.objects.filter(pk=now.pk).update(enabled=on)
    if not on:
        _record("channel.switched_off", now, by, at)
        return 0
    let_go = Heard.objects.filter(channel=now, told_at=None).update(told_at=at)
    _record("channel.switched_on", now, by, at, let_go=let_go)
    return let_go


@transaction.atomic
def send_test(channel: Channel, *, subject: str, body: str, by: Staff, at: dt.datetime) -> None:
    """A message that says that it is a test, by the same way as every other. Raises NoticeRefused where the channel is
    off."""
    now = _locked(channel, by)
    if not now.enabled:
        raise NoticeRefused("This channel is switched off. Switch it on first.")
    put([(now.pk, now.node_id, now.may_name_people)], subject=subject, body=body, key=f"test:{new_id()}", at=at)
    _record("channel.tested", now, by, at)


def _dress(channel: Channel, wished: Wished) -> None:
    name = one_line(wished.name)
    if not name or len(name) > 64:
        raise NoticeRefused("Give the channel a name of at most 64 characters.")
    if wished.per_minute is not None and not 1 <= wished.per_minute <= 1000:
        raise NoticeRefused("A channel sends between 1 and 1000 messages a minute.")
    channel.name, channel.per_minute = name, wished.per_minute
    channel.may_name_people = wished.may_name_people


def _open_to_people(channel: Channel, said: bool | None, by: Staff | None) -> None:
    """An administrator opens it; whoever manages it may close it."""
    if said and not channel.may_write_people:
        if not kind_of(channel.kind).person:
            raise NoticeRefused("A group is nobody's own: only an SMS gateway and mail write to people.")
        if by is not None:
            access.require(by, Permission.MANAGE_STAFF, channel.node_id)
    channel.may_write_people = channel.may_write_people if said is None else said


def _administers(channel: Channel, by: Staff | None) -> bool:
    return by is None or by.may(Permission.MANAGE_STAFF, channel.node_id)


def _seal(channel: Channel, reach: Reach) -> None:
    plain = json.dumps(asdict(reach), ensure_ascii=False, sort_keys=True)
    channel.reach_sealed = seal(
        vault.store(), due=FOR_GOOD, table=queries.CHANNEL, row=channel.row, field="reach", plain=plain.encode()
    )
    # where it leads, without the secret: two channels into one group would send twice as fast as the group allows
    whither = json.dumps([channel.kind, reach.url, sorted(reach.to)], ensure_ascii=False)
    channel.reach_index = blind(vault.store(), Purpose.CHANNEL, whither)
    channel.host = (urlsplit(reach.url).hostname or "")[:190]


def _save(channel: Channel, *, adding: bool) -> None:
    try:
        with transaction.atomic():
            channel.save(force_insert=adding, force_update=not adding)
    except IntegrityError as error:
        raise NoticeRefused("There is a channel to this very receiver already, perhaps at another place.") from error


def _locked(channel: Channel, by: Staff | None) -> Channel:
    now = Channel.objects.select_for_update().filter(pk=channel.pk).first()
    if now is None:
        raise NotFound("There is no such channel, or it is not at one of your places.")
    _require(by, now.node_id)
    return now


def _require(by: Staff | None, node: int) -> None:
    if by is not None:
        access.require(by, Permission.MANAGE_NOTICES, node)


def _record(act: str, channel: Channel, by: Staff | None, at: dt.datetime, **facts: str | int | bool | UUID) -> None:
    audit.record(act, subject=str(channel.pk), by=by.pk if by else None, at=at, node=channel.node_id, **facts)
