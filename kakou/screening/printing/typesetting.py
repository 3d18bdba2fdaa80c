"""From data and a template of `paper/` to PDF.

Bounds: what is set comes as JSON in `sys.inputs`, so no text is ever markup; typst reads below `paper/` and the font
packages only, asks no network and loads no package; a text has at most 120 characters; a job has its own process with a
minute of a core and 4 GiB of address space, and leaves no memory behind.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Final

from kakou.kernel.errors import Refusal
from kakou.screening.printing.characters import printable
from kakou.screening.printing.fonts import TYPED, families, folders
from kakou.screening.printing.typesetter import REFUSED

PAPER: Final = Path(__file__).parent / "paper"
MOST_CHARACTERS: Final = 120
SECONDS: Final = 60
BYTES: Final = 4 << 30
_TYPESETTER: Final = Path(__file__).with_name("typesetter.py")
_FITS_NOWHERE: Final = "fits nowhere: "  # said by paper/look.typ


class TooMuchToPrint(Refusal):
    """More than one job of printing takes, or a text longer than its place."""

    code = "too-much-to-print"


class TypesettingFailed(RuntimeError):
    """A template is wrong or typst gave up: a bug, not something that people did."""


def typeset(template: str, data: Mapping[str, Any], *, made_on: date, tagged: bool) -> bytes:
    """The PDF of `paper/<template>.typ` with that data, dated that day; `tagged`: with the tags by which it is read
    aloud. Raises NotPrintable, TooMuchToPrint, TypesettingFailed.
    """
    given = {**_checked(data), "made_on": made_on.isoformat(), "families": families(), "typed": TYPED}
    job = {
        "template": str(PAPER / f"{template}.typ"),
        "root": str(PAPER),
        "fonts": folders(),
        "data": json.dumps(given, ensure_ascii=False),
        "timestamp": int(datetime.combine(made_on, time(), UTC).timestamp()),
        "tagged": tagged,
        "seconds": SECONDS,
        "bytes": BYTES,
    }
    return _set(json.dumps(job))


def _set(job: str) -> bytes:
    command = [sys.executable, "-I", str(_TYPESETTER)]
    try:
        done = subprocess.run(command, input=job.encode(), capture_output=True, timeout=2 * SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise TypesettingFailed(f"not done after {2 * SECONDS} s") from None
    if done.returncode == 0:
        return done.stdout
    told = done.stderr.decode(errors="replace")
    _, fits_nowhere, text = told.partition(_FITS_NOWHERE)
    if done.returncode == REFUSED and fits_nowhere:
        raise _too_long(text.strip())
    raise TypesettingFailed(f"exit {done.returncode}: {told[-2000:]}")


def _checked(value: Any) -> Any:
    """The same data with every text made printable."""
    if isinstance(value, str):
        if len(value) > MOST_CHARACTERS:
            raise _too_long(value)
        return printable(value)
    if isinstance(value, Mapping):
        return {name: _checked(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_checked(inner) for inner in value]
    return value


def _too_long(text: str) -> TooMuchToPrint:
    return TooMuchToPrint("This is too long to be printed; shorten it: %(text)s", text=text[:MOST_CHARACTERS])
