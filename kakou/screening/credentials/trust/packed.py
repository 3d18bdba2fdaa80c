"""A trust list as one file: the ZIP of its folder, opened within bounds into a folder that is gone afterwards."""

from __future__ import annotations

import io
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from kakou.kernel.hostile import METERED, directory_bytes
from kakou.screening.credentials.trust.reading import TrustUnreadable

MOST_BYTES = 20 << 20  # packed or not
MOST_FILES = 5_000
_DIRECTORY_BYTES_PER_FILE = 512


@contextmanager
def unpacked(content: bytes) -> Iterator[Path]:
    """The folder in a ZIP. Where everything in it stands below one folder, that one is meant; deeper than that only
    `.well-known` and what is in it. Raises TrustUnreadable.
    """
    with tempfile.TemporaryDirectory(prefix="kakou-trust-") as made:
        try:
            folder = _extract(content, Path(made))
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, UnicodeError, OSError):
            raise TrustUnreadable("This file is no ZIP of a folder, or it is damaged.") from None
        yield folder


def _extract(content: bytes, folder: Path) -> Path:
    left, whole = MOST_BYTES, io.BytesIO(content)
    if len(content) > MOST_BYTES or directory_bytes(whole, len(content)) > MOST_FILES * _DIRECTORY_BYTES_PER_FILE:
        raise _too_large()  # before an object is made of every entry
    with zipfile.ZipFile(whole) as packed:
        entries = [entry for entry in packed.infolist() if not entry.is_dir()]
        if len(entries) > MOST_FILES:
            raise _too_large()
        if any(entry.compress_type not in METERED for entry in entries):
            raise zipfile.BadZipFile("packed so that nobody can count while it is unpacked")
        shared = _shared([PurePosixPath(entry.filename) for entry in entries])
        for entry in entries:
            target = folder / _checked(PurePosixPath(entry.filename), shared)
            with packed.open(entry) as stream:
                plain = stream.read(left + 1)  # counted while it is read: what a ZIP says of sizes is only said
            left -= len(plain)
            if left < 0:
                raise _too_large()
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(plain)
    return folder


def _shared(paths: list[PurePosixPath]) -> int:
    """How many folders stand around everything: 0 or 1."""
    tops = {path.parts[0] for path in paths if len(path.parts) > 1}
    alone = len(tops) == 1 and all(len(path.parts) > 1 for path in paths) and tops != {".well-known"}
    return 1 if alone else 0


def _checked(path: PurePosixPath, shared: int) -> PurePosixPath:
    parts = path.parts[shared:]
    if path.is_absolute() or ".." in parts or not parts or "\\" in path.name or "\0" in str(path):
        raise TrustUnreadable("%(file)s: a ZIP of a trust list holds plain files.", file=str(path)[:80])
    if len(parts) > 1 and parts[0] != ".well-known":
        raise TrustUnreadable("%(file)s: a ZIP of a trust list holds plain files.", file=str(path)[:80])
    return PurePosixPath(*parts)


def _too_large() -> TrustUnreadable:
    return TrustUnreadable("This trust list is larger than 20 MB or has more than 5,000 files.")
