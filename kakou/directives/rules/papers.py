"""What may be joined to a directive or to what was done: a PDF as it is, or a picture and nothing but the picture."""

from __future__ import annotations

from typing import NamedTuple

from kakou.directives.rules.said import DirectiveRefused
from kakou.services.rules import MOST_BYTES as MOST_BYTES
from kakou.services.rules import picture_of

PDF = "application/pdf"
_HEAD, _TAIL = 1024, 2048  # within which a PDF says that it begins and ends (ISO 32000-2, annex I)


class Paper(NamedTuple):
    """What HTTP calls it, and the file."""

    media_type: str
    content: bytes


def paper_of(content: bytes) -> Paper:
    """Raises DirectiveRefused, PhotoRefused saying what to send instead."""
    if b"%PDF-" not in content[:_HEAD]:
        picture = picture_of(content)
        return Paper(picture.media_type, picture.content)
    if len(content) > MOST_BYTES:
        raise DirectiveRefused("The file is larger than %(most)d MB. Send a smaller one.", most=MOST_BYTES >> 20)
    if b"%%EOF" not in content[-_TAIL:]:
        raise DirectiveRefused("The PDF is cut off. Save it again and send that.")
    return Paper(PDF, content)
