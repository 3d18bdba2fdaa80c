"""Causes that lie with people at desks: requests, contacts, names, channels, lists, and units without anybody."""

from __future__ import annotations

import contextlib
import datetime as dt

from django.db import transaction
from procrastinate.exceptions import AlreadyEnqueued

from kakou.access.actions import grant_role
from kakou.access.rules import Role
from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.ids import new_id
from kakou.kernel.time import now
from kakou.ledger.calls import Call
from kakou.notices.actions import add_channel, discard, tell
from kakou.notices.actions.channels import Wished
from kakou.notices.adapters import Reach
from kakou.notices.models import Message
from kakou.people.actions import NewPerson, add_person
from kakou.people.rules import Category, Facts
from kakou.screening.actions.trust import import_trust_list, withdraw_trust_list
from kakou.screening.credentials.tests.issuing import DccIssuer
from kakou.screening.models import TrustList
from kakou.screening.tasks import watch_trust_lists
from kakou.screening.tests.test_trust_lists_are_dated import listed
from kakou.services.actions import open_request
from kakou.services.models import Request
from kakou.services.rules import Category as Asked
from kakou.services.rules import Channel, Contact, Report
from kakou.tracing.actions.cases import NewContact, involve, take_step
from kakou.tracing.actions.following import tell_finding
from kakou.tracing.actions.names import ask_names, settle_names
from kakou.tracing.actions.outbreaks import open_outbreak
from kakou.tracing.models import FollowUp, Involved, NameRelease
from kakou.tracing.policy import Grade
from kakou.tracing.rules.following import Finding, Task
from kakou.tracing.rules.names import ReleaseMove
from kakou.tracing.rules.standing import Move, Origin
from kakou.web.queries import site_zone
from tests.cast import staff
from tests.loops.ground import DAY, DESK, HOUR, Act, Cause, Compound, Ground, NotYet, by_desk
from tests.loops.of_phones import called


class Contacted:
    """Somebody met a case, as an interview says: he is brought in, and steps are taken about him."""

    def __init__(self, ground: Ground, place: Compound, found: dt.datetime) -> None:
        self.ground, self.by, self.found = ground, ground.investigator, found
        with acting_as(self.by):
            self.outbreak = open_outbreak(
                node=ground.street.pk, title=f"疫情{next(ground.numbers)}", plan="cn-8", by=self.by, at=found
            )
        with acting_as_system():
            facts = Facts(name="李本", phone=f"136{next(ground.numbers):08}")
            new = NewPerson(place.node.pk, facts, Category.RESIDENT_REGISTERED)
            self.person = add_person(new, by=None, at=found).pk
        self.met = NewContact(
            self.person, place.node.pk, Grade.CLOSE, Origin.INTERVIEW, last=found - DAY, since=found - DAY - HOUR
        )

    @property
    def row(self) -> Involved:
        """As he stands. Raises NotYet."""
        found = Involved.objects.filter(outbreak=self.outbreak, subject=self.person).first()
        if found is None:
            raise NotYet
        return found

    def name(self) -> str:
        """His id in the outbreak."""
        with acting_as_system():
            return str(self.row.pk)

    def comes(self, at: dt.datetime | None = None) -> Act:
        """He is brought in, `at` that moment."""
        when = at or self.found
        return by_desk(self.by, lambda: involve(self.outbreak, [self.met], by=self.by, at=when), twice=False)

    def step(self, move: Move, at: dt.datetime | None = None, **more) -> Act:
        """One step about him."""
        when = at or self.found
        return by_desk(self.by, lambda: take_step(self.row, move, by=self.by, at=when, **more), twice=False)


def lately(ground: Ground) -> dt.datetime:
    """An hour ago, and of today at the site: what is followed since yesterday would be overdue of itself."""
    midnight = ground.at.astimezone(site_zone()).replace(hour=0, minute=0, second=0, microsecond=0)
    return max(ground.at - HOUR, midnight.astimezone(dt.UTC))


def contacts_undecided(ground: Ground, n: int) -> list[Cause]:
    """A contact is proposed, until somebody decides."""
    place, _ = ground.slot()
    one = Contacted(ground, place, lately(ground))
    heal = [one.step(Move.DISMISSED, reason="隔着玻璃")]
    cause = f"{one.outbreak.pk}:{place.node.pk}"
    return [Cause("contacts_undecided", lambda: cause, [one.comes()], heal, by_hand=False, ordered=True)]


def contact_lost(ground: Ground, n: int) -> list[Cause]:
    """Somebody followed up is not found, until he is."""
    place, _ = ground.slot()
    one = Contacted(ground, place, lately(ground))
    bring = [one.comes(), one.step(Move.ACCEPTED, grade=Grade.CLOSE), one.step(Move.LOST, reason="三天联系不上")]
    heal = [one.step(Move.TAKEN_BACK, reason="找到了")]
    return [Cause("contact_lost", one.name, bring, heal, by_hand=False, ordered=True)]


def follow_up_overdue(ground: Ground, n: int) -> list[Cause]:
    """Nobody told of yesterday, until the follow-up ends."""
    place = ground.apart()
    one = Contacted(ground, place, ground.at - 3 * DAY)
    bring = [one.comes(), one.step(Move.ACCEPTED, grade=Grade.CLOSE)]
    heal = [one.step(Move.RELEASED, reason="经专家组评估解除", at=ground.at)]
    return [Cause("follow_up_overdue", lambda: str(place.node.pk), bring, heal, by_hand=False, ordered=True)]


def follow_up_alarm(ground: Ground, n: int) -> list[Cause]:
    """Somebody followed up has symptoms."""
    place, _ = ground.slot()
    one = Contacted(ground, place, lately(ground))

    def first() -> FollowUp:
        rows = FollowUp.objects.filter(involved=one.row, task=Task.CALL).select_related("involved").order_by("day")
        if (found := rows.first()) is None:
            raise NotYet
        return found

    def told() -> None:
        tell_finding(first(), Finding.SYMPTOMS, by=ground.secretary, at=now())

    def name() -> str:
        with acting_as_system():
            return str(first().pk)

    bring = [one.comes(), one.step(Move.ACCEPTED, grade=Grade.CLOSE), by_desk(ground.secretary, told, twice=False)]
    return [Cause("follow_up_alarm", name, bring)]


def exposed_again(ground: Ground, n: int) -> list[Cause]:
    """Somebody dismissed was exposed once more, until it is decided again."""
    place, _ = ground.slot()
    one = Contacted(ground, place, ground.at - 3 * HOUR)
    bring = [
        one.comes(), one.step(Move.DISMISSED, reason="隔着玻璃", at=ground.at - 2 * HOUR),
        one.comes(ground.at - HOUR),
    ]  # fmt: skip
    heal = [one.step(Move.TAKEN_BACK, reason="再次暴露"), one.step(Move.DISMISSED, reason="不是他", at=ground.at)]
    return [Cause("exposed_again", one.name, bring, heal, by_hand=False, ordered=True)]


def broken_glass(ground: Ground, n: int) -> list[Cause]:
    """Names were opened without a second person, until one confirms it."""
    place, _ = ground.slot()
    one = Contacted(ground, place, ground.at - HOUR)

    def row() -> NameRelease:
        found = NameRelease.objects.filter(outbreak=one.outbreak).first()
        if found is None:
            raise NotYet
        return found

    def name() -> str:
        with acting_as_system():
            return str(row().pk)

    ask = by_desk(
        one.by, lambda: ask_names(one.outbreak, reason="通知密接者", break_glass=True, by=one.by, at=one.found),
        twice=False,
    )  # fmt: skip
    confirm = by_desk(
        ground.commander, lambda: settle_names(row(), ReleaseMove.CONFIRM, by=ground.commander, at=ground.at),
        twice=False,
    )  # fmt: skip
    return [Cause("broken_glass", name, [ask], [confirm], by_hand=False, handled_by="commander")]


def service_request(ground: Ground, n: int) -> list[Cause]:
    """Somebody asks for something."""
    place, at = ground.slot()
    key = new_id()
    report = Report(
        Asked.FACILITIES, place.node.pk, f"{n}号楼门口的路灯不亮", Contact(f"+86135{n:08}", ""), Channel.PAGE, "zh-hans"
    )

    def name() -> str:
        with acting_as_system():
            found = Request.objects.filter(key=key).first()
            if found is None:
                raise NotYet
            return str(found.pk)

    return [Cause("service_request", name, [Act(lambda: open_request(report, key=key, at=at), by=DESK)])]


def notices_stuck(ground: Ground, n: int) -> list[Cause]:
    """A message is refused by its channel, until somebody decides what becomes of it."""
    place, _ = ground.slot()
    reach = Reach(f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=made-up-{n}")
    with acting_as_system():
        channel = add_channel(
            node=place.community.pk, kind="wecom", reach=reach, wished=Wished(f"群{n}"), by=None, at=ground.at - HOUR
        ).pk

    def refused() -> None:
        with acting_as_system():
            tell("请各卡口核对今日名单", key=f"roster {n}", channel=channel, at=ground.at - HOUR)
            Message.objects.filter(channel_id=channel).update(state="dead", settled_at=ground.at)

    def decided() -> None:
        found = Message.objects.filter(channel_id=channel).first()
        if found is None:
            raise NotYet
        discard(found, reason="已电话通知", by=ground.secretary, at=now())

    heal = [by_desk(ground.secretary, decided, twice=False)]
    return [
        Cause(
            "notices_stuck",
            lambda: str(channel),
            [Act(refused, by=DESK, twice=False)],
            heal,
            by_hand=False,
            ordered=True,
        )
    ]


def trust_list_old(ground: Ground, n: int) -> list[Cause]:
    """A list of whom to believe ends soon, until it is withdrawn."""
    issuer = ground.once("issuer", DccIssuer.new)
    content = listed(issuer, name=f"EU {n}", until=ground.at + DAY)

    def row() -> TrustList:
        found = TrustList.objects.filter(name=f"EU {n}").first()
        if found is None:
            raise NotYet
        return found

    def name() -> str:
        with acting_as_system():
            return f"{ground.street.pk}:{row().pk}"

    who = ground.administrator
    bring = [
        by_desk(who, lambda: import_trust_list(content, name="", by=who, at=ground.at)),
        Act(look_at_lists, by=DESK),
    ]
    heal = [by_desk(who, lambda: withdraw_trust_list(row(), by=who, at=ground.at)), Act(look_at_lists, by=DESK)]
    return [Cause("trust_list_old", name, bring, heal, by_hand=False, ordered=True, handled_by="commander")]


def look_at_lists() -> None:
    """The job that looks at the lists every hour, now."""
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        watch_trust_lists.defer(timestamp=0)


def unit_without_owner(ground: Ground, n: int) -> list[Cause]:
    """A late order is passed over a community in which nobody answers, until somebody does."""
    place = ground.compound(ground.community(answered=False))
    call = called(ground, place.phone, Call.HELP, ground.at - HOUR)
    call.by_hand, call.handled_by = False, ""  # whatever was done about it would be in time
    somebody = staff(f"newcomer{place.community.pk}")

    def given() -> None:
        with acting_as_system():
            grant_role(staff=somebody, role=Role.COMMUNITY_SECRETARY, node=place.community, by=None, at=now())

    heal = [Act(given, by=DESK, twice=False)]
    nobody = Cause(
        "unit_without_owner", lambda: str(place.community.pk), heal=heal, by_hand=False, ordered=True,
        handled_by="commander",
    )  # fmt: skip
    return [call, nobody]
