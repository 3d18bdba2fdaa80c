"""How a state looks: word, tone and shape. A state is never told by its colour alone."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext


class Sign(NamedTuple):
    """A msgid, the badge's tone (go | stop | look | info | plain), the shape in it (`icons.SHAPES`)."""

    msgid: str
    tone: str = "plain"
    shape: str = ""

    @property
    def word(self) -> str:
        """In the reader's language; a text that no catalogue knows stays as it is."""
        return gettext(self.msgid)
