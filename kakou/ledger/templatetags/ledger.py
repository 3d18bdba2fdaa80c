"""Tags that draw what only the ledger knows: subjects, directions, verdicts, states of stays."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from kakou.ledger.models import Stay
from kakou.ledger.pages.words import CLOCKS, DIRECTIONS, STAYS, STEPS, VERDICTS
from kakou.ledger.queries.labels import VEHICLE, Label
from kakou.ledger.rules import Clock, Direction
from kakou.ledger.stays.rows import KINDS, STATES
from kakou.ledger.stays.shapes import ABSENCE
from kakou.screening.rules import Verdict
from kakou.web.kit.signs import Sign
from kakou.web.shell.here import query_of
from kakou.web.templatetags.kit import badge, icon
from kakou.workorders.rules import StepKind

register = template.Library()

STATE_OF = {number: state for state, number in STATES.items()}


@register.simple_tag
def called(label: Label) -> str:
    """A masked name or plate; who is in no register, or was destroyed, is told apart by a mark that stays the same."""
    return label.text or _marked(label)


def _marked(label: Label) -> str:
    if label.is_gone:
        words = gettext("Plate destroyed ·%(mark)s") if label.kind == VEHICLE else gettext("Name destroyed ·%(mark)s")
    else:
        words = gettext("Vehicle ·%(mark)s") if label.kind == VEHICLE else gettext("Visitor ·%(mark)s")
    return words % {"mark": label.mark}


@register.simple_tag(takes_context=True)
def subject_link(context: dict[str, Any], subject: UUID, label: Label) -> SafeString:
    """The name, opening this subject's timeline within the place one is in."""
    place = context["shell"].place
    href = reverse("ledger:timeline", args=[subject]) + query_of(place=place.id if place else None)
    return format_html('<a class="who" href="{}">{}</a>', href, called(label))


@register.simple_tag
def direction(way: int) -> SafeString:
    """Arrow and word."""
    sign = DIRECTIONS[Direction(way)]
    return format_html('<span class="nowrap">{} {}</span>', icon(sign.shape, 16), sign.word)


@register.simple_tag
def direction_shape(way: int) -> SafeString:
    """The arrow alone, where the word stands beside it."""
    return icon(DIRECTIONS[Direction(way)].shape)


@register.simple_tag
def direction_word(way: int) -> str:
    """The word alone."""
    return DIRECTIONS[Direction(way)].word


@register.simple_tag
def verdict(code: int) -> SafeString:
    """The verdict that was shown at the gate."""
    return show(VERDICTS[Verdict(code)])


@register.simple_tag
def clock_words(flags: int) -> str:
    """What is to be known about the time of a passage; nothing when it is fine or was corrected by little."""
    return ", ".join(gettext(words) for flag, words in CLOCKS.items() if flag & flags_of(flags))


def flags_of(number: int) -> Clock:
    """As flags; correcting a clock by seconds is everyday work and not worth a word."""
    return Clock(number) & ~Clock.CORRECTED


@register.simple_tag
def stay_words(stay: Stay, unit: str) -> SafeString:
    """Inside or out of which unit."""
    away = stay.kind == KINDS[ABSENCE]
    words = gettext("Out of %(unit)s") if away else gettext("Inside %(unit)s")
    return badge(words % {"unit": unit}, "info", "out" if away else "in")


@register.simple_tag
def stay_state(number: int) -> SafeString:
    """The state of a stay."""
    return show(STAYS[STATE_OF[number]])


@register.simple_tag
def step_word(kind: str) -> str:
    """What happened to an order."""
    return gettext(STEPS[StepKind(kind)])


@register.simple_tag
def show(sign: Sign) -> SafeString:
    """A sign as a badge."""
    return badge(sign.word, sign.tone, sign.shape)
