"""The key store: a folder outside the database and outside its backups.

    keys/
      master                    wraps all others; 0600, plain (beside it `master.next` while it is renewed: `masters`)
      data/2027-01-05.0         data keys, one per day on which what they seal is due for destruction
      index/phone               keys of the blind indexes, one per purpose
      sign/audit                Ed25519 key that signs the audit head (audit.pub beside it is public)
      sign/bundle               P-256 key that signs what gate phones are given (bundle.pub beside it)
      open/outbox               P-256 key that opens the outboxes which gate phones export (outbox.pub beside it)
      open/handover             P-256 key that opens what other offices hand over (handover.pub beside it)
      open/backup               key of the backups
      retired/…                 master keys of before: they open older copies of this folder
      destroyed/2027-01-05.0    data keys destroyed on purpose: a copy brought back is refused

Several processes use one folder at a time (pages, intake lane, worker, command line). Each looks at the folder again
at most a second later, so a destruction or a rotation holds everywhere within a second.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import re
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, derive_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from kakou.vault.keys import files
from kakou.vault.keys.masters import MASTER, RETIRED, Masters, locked, missing
from kakou.vault.keys.names import GENERATIONS, due_of, generation_of, id_of, key_id, name_of
from kakou.vault.keys.refusals import KeyDestroyed, KeyUnknown, KeyUnreadable
from kakou.vault.keys.renewing import renew_master
from kakou.vault.keys.wrapping import master_line, new_key, wrap

PARTS = ("data", "index", "sign", "open", RETIRED)
LOOK_AGAIN = 1.0  # seconds between looks at the folder: what another process destroyed dies here within it
_PURPOSE = re.compile(r"[a-z][a-z_]{0,31}", re.ASCII)
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # SEC 2, section 2.4.2


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """A data key as people see it: `name` 2027-01-05.0, `due` the day its data is due, `destroyed` when it is gone."""

    id: int
    name: str
    due: dt.date
    generation: int
    destroyed: bool


class KeyStore:
    """Data keys by destruction day, index keys by purpose, the audit signing key. Safe between threads and processes.

    Raises KeyStoreMissing when the folder holds no master key and KeyStoreExposed when others may read it.
    """

    def __init__(self, folder: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.folder = folder
        self._clock = clock
        self._masters = Masters(folder)
        self._keys: dict[int, bytes] = {}
        self._current: dict[dt.date, tuple[int, bytes]] = {}
        self._index: dict[str, bytes] = {}
        self._live: frozenset[int] = frozenset()
        self._destroyed: frozenset[int] = frozenset()
        self._look()

    @classmethod
    def create(cls, folder: Path, *, clock: Callable[[], float] = time.monotonic) -> KeyStore:
        """Make the store, or open the one that is there. Only for set-up: a running system whose store has vanished
        must be told so, not given fresh keys. Raises KeyStoreMissing if keys lie there without their master.
        """
        files.make_folder(folder)
        # keys first, master second: a master is always older than its keys, so another creator never looks like a loss
        orphans = any(files.names_in(folder / part) for part in PARTS)
        if files.read_if_there(folder / MASTER) is None:
            if orphans:
                raise missing(folder)
            files.write_once(folder / MASTER, master_line(new_key()))
        for part in (*PARTS, "destroyed"):
            files.make_folder(folder / part)
        store = cls(folder, clock=clock)
        store.backup_key()
        return store

    def data_key(self, due: dt.date) -> tuple[int, bytes]:
        """(key id, 32 bytes) for sealing what is due for destruction on `due`; made when absent.

        After a destruction or a rotation this is the next generation: a passage uploaded late still finds a key, and
        the next destruction of that day takes it too.
        """
        self._look_if_due()
        found = self._current.get(due)
        if found is None:
            found = self._current[due] = self._newest(due) or self._make(due)
        return found

    def key(self, id: int) -> bytes:
        """The data key with this id, 32 bytes. Raises KeyDestroyed, KeyUnknown or KeyUnreadable."""
        self._look_if_due()
        found = self._keys.get(id)
        return found if found is not None else self._load(id)

    def index_key(self, purpose: str) -> bytes:
        """The blind-index key of a purpose, 32 bytes; made when absent. `purpose` is lower case letters and _."""
        found = self._index.get(purpose)
        if found is None:
            if not _PURPOSE.fullmatch(purpose):
                raise ValueError(f"not a purpose: {purpose!r}")
            found = self._index[purpose] = self._kept(f"index/{purpose}", new_key)
        return found

    def signing_key(self) -> Ed25519PrivateKey:
        """The key that signs the audit head; made when absent, its public half written to `sign/audit.pub`."""
        private = Ed25519PrivateKey.from_private_bytes(self._kept("sign/audit", new_key))
        files.write_once(self.folder / "sign" / "audit.pub", public_pem(private.public_key()))
        return private

    def bundle_key(self) -> EllipticCurvePrivateKey:
        """The key that signs what phones are given; made when absent, its public half written to `sign/bundle.pub`.

        P-256 and not Ed25519: the browsers of old phones verify no other.
        """
        return self._p256("sign", "bundle")

    def outbox_key(self) -> EllipticCurvePrivateKey:
        """The key to which phones encrypt the outboxes that they export; made when absent, its public half written to
        `open/outbox.pub`. It signs nothing.
        """
        return self._p256("open", "outbox")

    def handover_key(self) -> EllipticCurvePrivateKey:
        """The key to which other offices seal what they hand over; made when absent, its public half written to
        `open/handover.pub`. It signs nothing.
        """
        return self._p256("open", "handover")

    def backup_key(self, *, make: bool = True) -> bytes:
        """The key of the backups, 32 bytes; made when absent, with the key store itself, so that every copy has it.
        Never inside them: who restores has the key store. `make` is not given where there are backups already: a new
        key would not open them. Raises KeyUnknown.
        """
        if not make and files.read_if_there(self.folder / "open" / "backup") is None:
            raise KeyUnknown(
                "The key store in %(folder)s lacks the key of the backups. Put it back from a newer copy: kakou keys "
                "restore FOLDER",
                folder=str(self.folder),
            )
        return self._kept("open/backup", new_key)

    def renew_master(self) -> int:
        """Wrap every key under a new master key; how many were wrapped. See `renewing`. Raises KeyUnreadable."""
        return renew_master(self.folder, PARTS)

    def rotate(self, due: dt.date) -> int:
        """Begin a new generation for `due` and return its id; rows under older ones are re-sealed with `reseal`."""
        self._look()
        id, _ = self._current[due] = self._make(due)
        return id

    def destroy(self, id: int, *, at: dt.datetime) -> bool:
        """Destroy a data key for good; True if a file was there to destroy. Raises KeyUnknown for a key never seen.

        The mark is written first: a crash in between leaves a key which is already refused. No renewal passes
        meanwhile, which would write back what it has read.
        """
        name = name_of(id)
        path = self.folder / "data" / name
        with locked(self.folder, fcntl.LOCK_EX):
            line = files.read_if_there(path)
            if line is None and id not in self._listed("destroyed"):
                raise _unknown(id)
            note = f"destroyed {at.astimezone(dt.UTC).isoformat(timespec='seconds')} {fingerprint(line or b'')}\n"
            files.write_once(self.folder / "destroyed" / name, note.encode())
            files.wipe(path)
        self._look()
        return line is not None

    def remember_destroyed(
        self, names: Collection[str], *, at: dt.datetime, why: str = "as a backup tells"
    ) -> int:  # fmt: skip
        """Take over what another place knows of destroyed keys, a backup say; how many lived here and are gone now.

        A key store that was put back from a copy older than a destruction learns of it so.
        """
        ids = [id for name in sorted(names) if (id := id_of(name)) is not None]
        gone = 0
        with locked(self.folder, fcntl.LOCK_EX):
            for id in ids:
                if id not in self._listed("destroyed"):
                    note = f"destroyed, {why} on {at.astimezone(dt.UTC).isoformat(timespec='seconds')}\n"
                    files.write_once(self.folder / "destroyed" / name_of(id), note.encode())
                    gone += (self.folder / "data" / name_of(id)).exists()
                files.wipe(self.folder / "data" / name_of(id))
        self._look()
        return gone

    def data_keys(self) -> list[KeyInfo]:
        """All data keys, living and destroyed, by day and generation."""
        self._look()
        return [
            KeyInfo(id, name_of(id), due_of(id), generation_of(id), id in self._destroyed)
            for id in sorted(self._live | self._destroyed)
        ]

    def back(self) -> frozenset[int]:
        """Destroyed keys whose files are there again."""
        self._look()
        return self._live & self._destroyed

    def troubles(self) -> Iterator[tuple[str, str]]:
        """(key, trouble code) for every key that would fail or should not be there: `back-again` for a destroyed key
        whose file has returned, `unreadable`, `exposed` for files that others may read.
        """
        self._look()
        for part in PARTS:
            for file in sorted(files.names_in(self.folder / part)):
                trouble = None if file.endswith(".pub") else self._trouble(part, file)
                if trouble:
                    yield f"{part}/{file}", trouble

    def _trouble(self, part: str, file: str) -> str | None:
        if part == "data" and id_of(file) in self._destroyed:
            return "back-again"
        path = self.folder / part / file
        line = files.read_if_there(path)
        if line is None:
            return None  # destroyed since it was listed
        try:
            self._masters.open(f"{part}/{file}", line)
        except KeyUnreadable:
            return "unreadable"
        return "exposed" if files.open_to_others(path) else None

    def _newest(self, due: dt.date) -> tuple[int, bytes] | None:
        first = key_id(due, 0)
        for id in sorted(self._live - self._destroyed, reverse=True):
            if first <= id < first + GENERATIONS:
                return id, self.key(id)
        return None

    def _make(self, due: dt.date) -> tuple[int, bytes]:
        first = key_id(due, 0)
        taken = [generation_of(id) for id in self._live | self._destroyed if first <= id < first + GENERATIONS]
        id = key_id(due, max(taken, default=-1) + 1)
        key = self._keys[id] = self._kept(f"data/{name_of(id)}", new_key)
        self._live |= {id}
        return id, key

    def _load(self, id: int) -> bytes:
        name = name_of(id)
        line = files.read_if_there(self.folder / "data" / name)
        if id in self._listed("destroyed"):  # looked up after reading: a file half wiped is destroyed, not damaged
            raise KeyDestroyed(
                "The key %(key)s was destroyed on purpose. What it sealed cannot be read again, not from a backup "
                "either.",
                key=name,
            )
        if line is None:
            raise _unknown(id)
        key = self._keys[id] = self._masters.open(f"data/{name}", line)
        return key

    def _kept(self, name: str, make: Callable[[], bytes]) -> bytes:
        """The key in the file `name`; where there is none, the first process to make it decides for all."""
        path = self.folder / name
        line = files.read_if_there(path)
        if line is None:
            files.make_folder(path.parent)
            with self._masters.making() as master:
                files.write_once(path, wrap(master, name, make()))
            line = path.read_bytes()
        return self._masters.open(name, line)

    def _p256(self, part: str, name: str) -> EllipticCurvePrivateKey:
        secret = int.from_bytes(self._kept(f"{part}/{name}", new_key), "big")
        private = derive_private_key(secret % (_P256_ORDER - 1) + 1, SECP256R1())
        pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        files.write_once(self.folder / part / f"{name}.pub", pem)
        return private

    def _look_if_due(self) -> None:
        if self._clock() >= self._next_look:
            self._look()

    def _look(self) -> None:
        """Learn what other processes made or destroyed."""
        live, destroyed = self._listed("data"), self._listed("destroyed")
        if live != self._live or destroyed != self._destroyed:
            self._live, self._destroyed = live, destroyed
            self._keys = {id: key for id, key in self._keys.copy().items() if id in live and id not in destroyed}
            self._current = {}
        self._next_look = self._clock() + LOOK_AGAIN

    def _listed(self, part: str) -> frozenset[int]:
        found = (id_of(name) for name in files.names_in(self.folder / part))
        return frozenset(id for id in found if id is not None)


def fingerprint(content: bytes) -> str:
    """A short name for a piece of content that gives nothing of it away: 16 hex digits of SHA-256."""
    return hashlib.sha256(content).hexdigest()[:16]


def public_pem(key: Ed25519PublicKey) -> bytes:
    """The public half as PEM text, for whoever checks a signed head elsewhere."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def read_public(pem: bytes) -> Ed25519PublicKey:
    """The public key in a PEM text. Raises KeyUnreadable for anything else."""
    try:
        key = load_pem_public_key(pem)
    except ValueError as bad:
        raise KeyUnreadable("This is not a public key in PEM form.") from bad
    if not isinstance(key, Ed25519PublicKey):
        raise KeyUnreadable("This public key is not an Ed25519 key.")
    return key


def _unknown(id: int) -> KeyUnknown:
    return KeyUnknown(
        "The key store does not have the key %(key)s. Put back the newest copy of the key store.", key=name_of(id)
    )
