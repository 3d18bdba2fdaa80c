"""What came in and waits for a person: masked in lists; in plain for whoever decides about it, which leaves a trace."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from kakou import vault
from kakou.access.models import Closure
from kakou.kernel.errors import NotFound
from kakou.notices.rules import masked
from kakou.services.models import PHOTOS, PROPOSALS, Photo, Proposal, Request
from kakou.services.queries.requests import BRIEF
from kakou.services.rules import Category, Channel, Contact, Stand, read_contact
from kakou.vault.keys import KeyDestroyed
from kakou.vault.rules import Kind, mask
from kakou.vault.sealing import unseal


@dataclass(frozen=True, slots=True)
class Came:
    """A proposal as a list shows it."""

    row: Proposal
    brief: str
    name: str

    @property
    def category(self) -> Category:
        """What it seems to be about."""
        return Category(self.row.category)

    @property
    def channel(self) -> Channel:
        """By which way it came."""
        return Channel(self.row.channel)


def proposal_at(id: UUID) -> Proposal:
    """One of them. Raises NotFound, also when it lies outside the reader's scope."""
    found = Proposal.objects.select_related("brought_by", "decided_by", "inlet").filter(pk=id).first()
    if found is None:
        raise NotFound("There is no such message here.")
    return found


def proposed(*, node: int | None = None, stand: Stand = Stand.WAITS) -> QuerySet[Proposal]:
    """Proposals in scope, at `node` and below: those that wait the oldest first, the others the latest first."""
    found = Proposal.objects.filter(state=stand)
    if node is not None:
        found = found.filter(node_id__in=Closure.objects.filter(ancestor_id=node).values("descendant_id"))
    return found.order_by("came_at", "id") if stand is Stand.WAITS else found.order_by("-decided_at", "-id")


def came(proposal: Proposal) -> Came:
    """As lists show it."""
    line = " ".join(masked(text_said(proposal)).split())
    return Came(
        proposal, line if len(line) <= BRIEF else line[: BRIEF - 1] + "…",
        mask(Kind.NAME, contact_told(proposal).name),
    )  # fmt: skip


def text_said(proposal: Proposal) -> str:
    """What was said; "" once its day has come."""
    return _opened(proposal, "text_sealed")


def contact_told(proposal: Proposal) -> Contact:
    """Who seems to have said it."""
    told = _opened(proposal, "contact_sealed")
    return read_contact(told.encode()) if told else Contact()


def request_made(proposal: Proposal) -> Request | None:
    """What became of it, as far as the reader sees it."""
    return Request.objects.filter(key=proposal.pk).first() if proposal.state == Stand.TAKEN else None


def photo_with(proposal: Proposal) -> Photo | None:
    """The photo that came with it."""
    return Photo.objects.filter(proposal=proposal).first()


def photo_told(photo: Photo) -> bytes:
    """The file. Raises NotFound once its day has come."""
    try:
        return unseal(vault.store(), table=PHOTOS, row=photo.pk, field="sealed", sealed=bytes(photo.sealed))
    except KeyDestroyed:
        raise NotFound("There is no photo with this message.") from None


def _opened(proposal: Proposal, field: str) -> str:
    sealed = getattr(proposal, field)
    if sealed is None:
        return ""
    try:
        return unseal(vault.store(), table=PROPOSALS, row=proposal.pk, field=field, sealed=bytes(sealed)).decode()
    except KeyDestroyed:
        return ""
