"""Files that people sent, handed out as what they are and as nothing else."""

from __future__ import annotations

from django.http import HttpResponse


def as_sent(media_type: str, content: bytes, *, save_as: str = "") -> HttpResponse:
    """Nothing in it is run or guessed at, wherever it came from. `save_as`: it is saved under that name, not shown."""
    answer = HttpResponse(content, content_type=media_type)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    if save_as:
        answer["Content-Disposition"] = f'attachment; filename="{save_as}"'
    return answer
