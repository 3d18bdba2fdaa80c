"""`kakou credential verify`: one code a line in, one line out, and nobody's name unless it is asked for."""

import json

import pytest
from click.testing import CliRunner

from kakou.screening.credentials import TrustUnreadable
from kakou.screening.credentials.tests.issuing import NOW, UVCI, CardIssuer, DccIssuer, chunks
from kakou.screening.management.credential import group
from kakou.screening.passes import pass_text

XANADU, CLINIC = DccIssuer.new(), CardIssuer.new()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "xanadu.der").write_bytes(XANADU.certificate)
    (tmp_path / "clinic.jwks.json").write_text(json.dumps({"issuer": CLINIC.url, "keys": [CLINIC.jwk]}))
    return tmp_path


@pytest.fixture
def kakou_credential(folder):
    def run(lines, *arguments):
        arguments = ["verify", "--trust", str(folder), "--at", NOW.isoformat(), *arguments]
        done = CliRunner().invoke(group, arguments, input="\n".join(lines).encode("utf-8", "surrogateescape"))
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, done.stdout.splitlines()

    return run


def test_good_codes_end_with_nought(kakou_credential):
    from uuid import UUID

    code, told = kakou_credential(
        [XANADU.issue(), "", CLINIC.issue(), " ".join(chunks(CLINIC.token(), 3)), pass_text(UUID(int=7))], "--json"
    )
    rows = [json.loads(line) for line in told]
    assert code == 0
    assert [(row["ok"], row["kind"]) for row in rows] == [(True, "dcc"), (True, "shc"), (True, "shc"), (True, "pass")]
    assert rows[0]["records"][0]["product"] == "EU/1/20/1528"
    assert (rows[0]["issuer"], rows[0]["usage"]) == ("XZ", "fits")
    assert rows[3]["pass_id"] == str(UUID(int=7))


def test_a_refused_code_is_told_and_ends_with_one(kakou_credential):
    code, told = kakou_credential([XANADU.issue(), "HC1:AAA", "\udcff", DccIssuer.new().issue()], "--json")
    rows = [json.loads(line) for line in told]
    assert code == 1
    assert [row.get("why") for row in rows] == [None, "malformed", "unsupported", "unknown_issuer"]
    assert rows[1]["layer"] == "compression"
    assert all(row["text"] for row in rows[1:])


def test_nobody_is_named_unless_it_is_asked_for(kakou_credential):
    for way in ([], ["--json"]):
        _, told = kakou_credential([XANADU.issue(), CLINIC.issue()], *way)
        assert not [name for name in ("Anna", "MUELLER", "1990", "Joan", "1951", UVCI) if name in "".join(told)]
        _, told = kakou_credential([XANADU.issue(), CLINIC.issue()], "--show-holder", *way)
        assert "Anna Maria Müller-Gößinger" in told[0]
        assert "Joan B. Anyperson" in told[1]


def test_it_speaks_in_lines_too(kakou_credential):
    code, told = kakou_credential([XANADU.issue(), "HC9:"])
    assert code == 1
    assert told[0].startswith("ok  dcc  XZ  2022-")
    assert "unsupported" in told[1]


def test_a_file_is_read(kakou_credential, folder, tmp_path_factory):
    codes = tmp_path_factory.mktemp("codes") / "codes.txt"
    codes.write_text(XANADU.issue())
    assert kakou_credential([], str(codes))[0] == 0


def test_an_old_trust_list_is_told(folder):
    (folder / "trust.json").write_text('{"name": "Old one", "valid_until": "2021-08-01"}')
    arguments = ["verify", "--trust", str(folder), "--at", NOW.isoformat()]
    done = CliRunner().invoke(group, arguments, input=XANADU.issue())
    assert done.exit_code == 0
    assert "Old one" in done.stderr


def test_wrong_use_ends_with_two(kakou_credential, folder):
    for at in ("soon", "2021-08-10T12:45"):
        assert CliRunner().invoke(group, ["verify", "--trust", str(folder), "--at", at]).exit_code == 2
    assert CliRunner().invoke(group, ["verify"]).exit_code == 2
    (folder / "bad.json").write_text("{}")
    with pytest.raises(TrustUnreadable):  # the kakou command ends with 2 on a refusal
        kakou_credential([XANADU.issue()])
