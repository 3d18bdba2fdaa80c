"""Files of a trust list, read or refused by name."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kakou.kernel.errors import Refusal
from kakou.kernel.hostile import read_json


class TrustUnreadable(Refusal):
    """A part of a trust list cannot be used. Nothing of the list is taken, for half a list refuses honest people."""

    code = "trust-unreadable"


def json_file(file: Path) -> dict[str, Any]:
    """The object in a JSON file. Raises TrustUnreadable."""
    try:
        found = read_json(file.read_bytes())
    except (OSError, ValueError):
        raise TrustUnreadable(
            "%(file)s cannot be read as JSON. Get it again, or take it out of the folder.", file=file.name
        ) from None
    if not isinstance(found, dict):
        raise TrustUnreadable(
            "%(file)s cannot be read as JSON. Get it again, or take it out of the folder.", file=file.name
        )
    return found


def file_bytes(file: Path) -> bytes:
    """What is in a file. Raises TrustUnreadable."""
    try:
        return file.read_bytes()
    except OSError:
        raise TrustUnreadable("There is no file %(file)s.", file=file.name) from None


def time_of(text: object, *, source: str) -> datetime | None:
    """An ISO 8601 day or time with its zone; a day is its first moment in UTC. Raises TrustUnreadable."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(str(text))
        # as the database and the phones tell it: the year 10000 can be written down, and nobody could read it again
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise TrustUnreadable("%(file)s: %(value)s is not a date.", file=source, value=str(text)[:80]) from None
