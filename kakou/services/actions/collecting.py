"""Mailboxes are looked into: each mail becomes a proposal, and is marked as seen when that is committed."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from contextlib import suppress

from django.conf import settings
from django.utils.translation import gettext, override

from kakou.access.scope import acting_as_system
from kakou.notices.posting.guard import Guard
from kakou.services.actions.proposing import Said, propose
from kakou.services.mailbox.imap import Account, Fetched, Mailbox, MailboxTrouble, NotFetched, opened
from kakou.services.mailbox.letters import Letter, read_letter
from kakou.services.models import Inlet, Photo
from kakou.services.queries.inlets import known_of
from kakou.services.rules import LONGEST, Channel, InletKind
from kakou.services.rules.stuck import Stuck

MOST_PICTURES = 200  # of one mailbox in a day: whoever sends mails fills up nobody's disk
MOST_AT_ONCE = 50  # mails in one look; the rest in the next
DAY = dt.timedelta(days=1)
ROOM = 200  # below the text, for what is told of the rest
log = logging.getLogger(__name__)


def collect_mail(*, at: dt.datetime) -> int:
    """Look into every mailbox that is switched on; how many proposals were made. One that is in trouble says so on its
    page and holds up no other. Needs the worker's role."""
    with acting_as_system():
        boxes = list(Inlet.objects.filter(kind=InletKind.MAILBOX, enabled=True).order_by("id"))
    made, failed = 0, list[Exception]()
    for box in boxes:
        try:
            made += _collect(box, at)
        except Exception as error:
            log.exception("mailbox %s", box.pk)
            failed.append(error)
    if failed:  # a fault of ours, told after the others were looked into
        raise failed[0]
    return made


def _collect(box: Inlet, at: dt.datetime) -> int:
    look, trouble = _Look(box, at), ""
    try:
        known = known_of(box)
        account = Account(known["host"], int(known["port"]), known["user"], known["password"], known["folder"])
        with opened(account, Guard.of(settings.OUTGOING_NETWORKS)) as mailbox:
            look.at_all(mailbox)
    except MailboxTrouble as told:
        trouble = told.code
        log.warning("mailbox %s: %s", box.pk, trouble)
    with acting_as_system():
        heard = {} if trouble else {"heard_at": at}
        Inlet.objects.filter(pk=box.pk).update(trouble=trouble, stuck=look.stuck.kept, **heard)
    if look.fault:
        raise look.fault
    return look.made


class _Look:
    """One look into a mailbox: how many proposals it `made`, what is `stuck`, and the first `fault` of our own."""

    def __init__(self, box: Inlet, at: dt.datetime) -> None:
        self._box, self._at = box, at
        self.made, self.stuck = 0, Stuck.of(box.stuck)
        self.fault: Exception | None = None

    def at_all(self, mailbox: Mailbox) -> None:
        """At what nobody has seen; what is stuck comes last and, after some tries, no more. What breaks the line counts
        as a try of the mail at which it broke."""
        unseen = [uid.decode() for uid in mailbox.unseen()]
        self.stuck = self.stuck.still(mailbox.validity, unseen)
        for uid in self.stuck.in_turn(unseen)[:MOST_AT_ONCE]:
            if mailbox.is_late:
                return
            self.stuck = self.stuck.tried(uid)
            with suppress(NotFetched):
                self._at_one(mailbox, uid)

    def _at_one(self, mailbox: Mailbox, uid: str) -> None:
        mail = mailbox.fetched(uid.encode())
        try:
            self.made += _kept(self._box, mail, self._at)
        except Exception as fault:  # of ours: the mail waits behind the others, and is never put aside for it
            log.exception("a mail that cannot be kept")
            self.fault, self.stuck = self.fault or fault, self.stuck.spared(uid)
        else:
            mailbox.mark_seen(mail.uid)
            self.stuck = self.stuck.done(uid)


def _kept(box: Inlet, mail: Fetched, at: dt.datetime) -> bool:
    """In a transaction of its own: what is marked as seen afterwards is here for good."""
    letter = _letter(mail)
    with acting_as_system():
        if letter.photo is not None and _is_full(box, at):
            letter = letter._replace(photo=None, pictures=letter.pictures + 1)
        with override(settings.LANGUAGE_CODE):
            text = letter.text or gettext("(A mail without words: look into the mailbox.)")
            below = "\n".join(_rest(mail, letter))
        said = Said(text, letter.id, below, letter.name, letter.address, letter.sent_at, letter.photo)
        return propose(said, node=box.node_id, channel=Channel.MAIL, inlet=box, at=at) is not None


def _is_full(box: Inlet, at: dt.datetime) -> bool:
    return Photo.objects.filter(proposal__inlet=box, added_at__gt=at - DAY).count() >= MOST_PICTURES


def _letter(mail: Fetched) -> Letter:
    try:
        return read_letter(mail.content)
    except Exception:  # whatever the standard library stumbles over: it must hold up no other mail
        log.exception("a mail that cannot be read")
        return Letter(hashlib.sha256(mail.content).hexdigest(), "", "", None, "", None, 0)


def _rest(mail: Fetched, letter: Letter) -> list[str]:
    """What whoever decides has to look up in the mailbox itself."""
    told = []
    if not (mail.is_whole and letter.is_whole) or len(letter.text) > LONGEST - ROOM:
        told.append(gettext("(The mail is too large: the rest of it is in the mailbox.)"))
    if letter.pictures:
        told.append(gettext("(More pictures in the mailbox: %(n)d.)") % {"n": letter.pictures})
    return told
