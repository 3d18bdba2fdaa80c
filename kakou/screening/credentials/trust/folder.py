"""A trust list as a folder of files, so that an administrator can look at it, copy it and put it under version control.

    trust.json                  optional: says what the list is, and what the files do not say themselves
    *.pem *.cer *.crt *.der     certificates that sign EU certificates
    *.txt                       the same in base64
    *.jwks.json, *.json         by content: an issuer's key set ("keys"; the issuer in a field "issuer", in trust.json,
                                or told by the caller), a VCI directory snapshot ("issuerInfo"), an EU revocation batch
                                ("hashType")
    .well-known/jwks.json       an issuer's own folder, with .well-known/crl/*.json; the issuer is told by the caller

Of trust.json every field may be missing:

    {"name": "EU and Xuzhou", "dated": "2021-08-01", "valid_until": "2021-08-15T00:00:00+08:00",
     "issuers": {"https://health.example/shc": {"jwks": "health.jwks.json", "crls": ["health-crl.json"]}}}

Every file with one of these endings must be readable, for half a list refuses honest people. Others are let lie.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from kakou.screening.credentials.trust import certificates, issuers, revocations
from kakou.screening.credentials.trust.keys import SigningKey
from kakou.screening.credentials.trust.reading import TrustUnreadable, file_bytes, json_file, time_of
from kakou.screening.credentials.trust.revocations import Revocations

MANIFEST = "trust.json"
_CERTIFICATES = {".pem", ".cer", ".crt", ".der"}


@dataclass(frozen=True, slots=True)
class Part:
    """What one file adds to a trust list."""

    keys: tuple[SigningKey, ...] = ()
    revocations: Revocations = field(default_factory=Revocations)


@dataclass(frozen=True, slots=True)
class Folder:
    """What a whole folder says."""

    parts: tuple[Part, ...]
    name: str
    dated: datetime | None
    valid_until: datetime | None


def read(folder: Path, *, issuer: str | None) -> Folder:
    """Everything in the folder; `issuer` is the URL of whose keys it holds, where no file says so. Raises
    TrustUnreadable.
    """
    if not folder.is_dir():
        raise TrustUnreadable("There is no folder %(file)s.", file=str(folder))
    manifest = json_file(folder / MANIFEST) if (folder / MANIFEST).exists() else {}
    parts = [
        *_named(folder, manifest),
        *_well_known(folder, issuer),
        *_lying_there(folder, _named_files(manifest), issuer),
    ]
    return Folder(
        parts=tuple(parts),
        name=str(manifest.get("name") or folder.name),
        dated=time_of(manifest.get("dated"), source=MANIFEST),
        valid_until=time_of(manifest.get("valid_until"), source=MANIFEST),
    )


def _entries(manifest: dict[str, Any]) -> Iterator[tuple[str, str, list[str]]]:
    """Issuer, name of its key set, names of its revocation lists."""
    listed = manifest.get("issuers", {})
    for issuer, entry in listed.items() if isinstance(listed, dict) else [("", None)]:
        key_set, lists = (entry.get("jwks"), entry.get("crls", [])) if isinstance(entry, dict) else (None, None)
        if not isinstance(key_set, str) or not isinstance(lists, list):
            raise TrustUnreadable('%(file)s: "issuers" must name a "jwks" file for each issuer.', file=MANIFEST)
        for name in (key_set, *lists):
            if not isinstance(name, str) or Path(name).name != name:  # nothing outside the folder is read for it
                raise TrustUnreadable('%(file)s: "issuers" names files of this folder, by their names.', file=MANIFEST)
        yield issuer, key_set, [str(name) for name in lists]


def _named_files(manifest: dict[str, Any]) -> set[str]:
    return {MANIFEST} | {name for _, key_set, lists in _entries(manifest) for name in (key_set, *lists)}


def _named(folder: Path, manifest: dict[str, Any]) -> Iterator[Part]:
    for issuer, key_set, lists in _entries(manifest):
        yield Part(keys=issuers.keys_of(issuer, json_file(folder / key_set), source=key_set))
        for name in lists:
            found = revocations.card_list(issuer, json_file(folder / name), source=name)
            yield Part(revocations=revocations.of_cards(found))


def _well_known(folder: Path, issuer: str | None) -> Iterator[Part]:
    home = folder / ".well-known"
    if not home.exists():
        return
    if not issuer:
        raise TrustUnreadable("%(file)s does not say whose keys it holds: tell the issuer's URL.", file=str(home))
    yield Part(keys=issuers.keys_of(issuer, json_file(home / "jwks.json"), source="jwks.json"))
    for file in sorted((home / "crl").glob("*.json")):
        yield Part(revocations=revocations.of_cards(revocations.card_list(issuer, json_file(file), source=file.name)))


def _lying_there(folder: Path, named: set[str], issuer: str | None) -> Iterator[Part]:
    for file in sorted(folder.iterdir()):
        if file.name in named or not file.is_file():
            continue
        if file.suffix in _CERTIFICATES:
            yield Part(keys=certificates.keys_of([file_bytes(file)], source=file.name))
        elif file.suffix == ".txt":
            text = file_bytes(file).decode("ascii", "replace")
            yield Part(keys=certificates.keys_of([text], source=file.name))
        elif file.suffix == ".json":
            yield _by_content(file, issuer)


def _by_content(file: Path, issuer: str | None) -> Part:
    found = json_file(file)
    if "issuerInfo" in found:
        keys, lists = issuers.snapshot(found, source=file.name)
        return Part(keys, revocations.of_cards(*lists))
    if "hashType" in found:
        return Part(revocations=revocations.batch(found, source=file.name))
    if "keys" in found and isinstance(told := found.get("issuer", issuer), str):
        return Part(keys=issuers.keys_of(told, found, source=file.name))
    raise TrustUnreadable(
        "%(file)s is neither a key set that names its issuer, nor a directory snapshot, nor a revocation batch.",
        file=file.name,
    )
