"""`kakou credential`: verify codes by hand, or by the thousand, with a trust list from a folder."""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

import click
from django.utils.translation import gettext as _

from kakou.kernel.time import now
from kakou.screening.credentials import Credential, CredentialRefused, TrustStore, verify


def _moment(_ctx: click.Context, _param: click.Parameter, value: str | None) -> datetime:
    try:
        at = datetime.fromisoformat(value) if value is not None else now()
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        told = _("%(value)s is no time with its zone. Write it as 2021-08-10T12:45+08:00.")
        raise click.BadParameter(told % {"value": value})
    return at


@click.group("credential")
def group() -> None:
    """Health certificates and passes: is this code genuine, in force, not withdrawn?"""


@group.command("verify")
@click.argument("file", type=click.File(encoding="utf-8", errors="surrogateescape"), default="-")
@click.option(
    "--trust",
    "folder",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder of the trust list: certificates, key sets, revocation lists, trust.json.",
)
@click.option("--issuer", help="URL of the issuer whose own .well-known folder the trust list is.")
@click.option("--at", callback=_moment, metavar="TIME", help="When it is shown, as 2021-08-10T12:45+08:00; else now.")
@click.option("--show-holder", is_flag=True, help="Print whose it is, too: personal data.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.pass_context
def verify_(
    ctx: click.Context,
    file: TextIO,
    folder: Path,
    issuer: str | None,
    at: datetime,
    show_holder: bool,
    as_json: bool,
) -> None:
    """Verify the codes in FILE or on standard input, one a line, and print one line for each.

    Understood are EU Digital COVID Certificates (HC1:), SMART Health Cards (shc:/, the parts of one card apart by
    spaces; or the bare JWS) and our own passes (KP), of which only the text is checked.

    Exit code 0: all are good. 1: some are refused. 2: wrong use, or the trust list cannot be read.
    """
    trust = TrustStore.from_directory(folder, issuer=issuer)
    if trust.is_old(at):
        told = {"name": trust.name, "until": trust.valid_until}
        click.echo(_("The trust list %(name)s should have been renewed by %(until)s.") % told, err=True)
    refused = 0
    for line in file:
        if not line.strip():
            continue
        row = _checked(line, trust, at, show_holder=show_holder)
        refused += not row["ok"]
        click.echo(json.dumps(row, ensure_ascii=False) if as_json else _in_words(row))
    ctx.exit(1 if refused else 0)


def _checked(line: str, trust: TrustStore, at: datetime, *, show_holder: bool) -> dict[str, Any]:
    try:
        credential = verify(line, trust=trust, at=at)
    except CredentialRefused as refused:
        text = _(refused.text) % refused.params if refused.params else _(refused.text)
        return {"ok": False, "why": refused.why.value, "layer": refused.layer.value, "text": text}
    return _row(credential, show_holder)


def _row(credential: Credential, show_holder: bool) -> dict[str, Any]:
    row: dict[str, Any] = {
        "ok": True,
        "kind": credential.kind.value,
        "issuer": credential.issuer,
        "key_id": credential.key_id,
        "usage": credential.usage.value,
        "issued_at": _iso(credential.issued_at),
        "expires_at": _iso(credential.expires_at),
        "records": [_told(dataclasses.asdict(record), show_holder) for record in credential.records],
    }
    if credential.pass_id:
        row["pass_id"] = str(credential.pass_id)
    if show_holder and credential.holder:
        row["holder"] = dataclasses.asdict(credential.holder)
    return row


def _told(record: dict[str, Any], show_holder: bool) -> dict[str, Any]:
    return {
        name: value
        for name, value in record.items()
        if value is not None and (show_holder or name != "certificate_id")  # leads to the holder
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _in_words(row: dict[str, Any]) -> str:
    if not row["ok"]:
        return _("refused (%(why)s): %(text)s") % row
    records = ", ".join(f"{record['kind']} {record.get('date', '')}".strip() for record in row["records"])
    words = ["ok", row["kind"], row["issuer"], row["expires_at"] or "", records, row.get("pass_id", "")]
    holder = row.get("holder")
    if holder:
        words.append(f"{holder['name'] or holder['standard_name']} {holder['born'] or ''}".strip())
    return "  ".join(word for word in words if word)
