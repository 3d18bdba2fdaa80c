"""A certificate that an authority issues by ACME (RFC 8555), Let's Encrypt for one: phones know it and install nothing.

    <KAKOU_HOME>/tls/HOST-OF-THE-AUTHORITY/account.key    by which the authority knows us
                                           leaf.pem       key and certificate in one file, its issuers after it

That this machine has the name is proved on port 80 (http-01), which is open during an order only. The first certificate
is waited for; each one after it is ordered beside the work, when a third of its time is left.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog
from cryptography import x509

from kakou.config.tls import authority
from kakou.config.tls.certificate import Certificate, CertificateUnfit, Issuer, Wanted, alternative_names, covers
from kakou.config.tls.files import kept_leaf, make_folder, pem_of, write
from kakou.config.tls.machine import NAME

if TYPE_CHECKING:  # it takes a third of a second to load, and most installations have no use for it
    from acme import client, messages
    from josepy.jwk import JWK

log = structlog.get_logger("kakou.serve")
LETS_ENCRYPT = "https://acme-v02.api.letsencrypt.org/directory"
PATIENCE = dt.timedelta(minutes=3)  # for one order
AGAIN, MOST = dt.timedelta(minutes=30), dt.timedelta(hours=12)  # after a failure, doubling: authorities count them
AGENT = "kakou"


class Issued:
    """The source, with the order that goes on beside the work."""

    def __init__(self) -> None:
        self._serves = False  # there was one to serve with: from then on nobody waits for an order
        self._order: threading.Thread | None = None
        self._refused: CertificateUnfit | OSError | None = None  # the last order, and why
        self._failures = 0
        self._next: dt.datetime | None = None  # not asked again before

    def __call__(self, wanted: Wanted, at: dt.datetime) -> Certificate:
        """The one that is held, or the first one. Raises CertificateUnfit: it cannot be had, and why."""
        assert wanted.issuer
        names, file = _names(wanted), folder(wanted) / "leaf.pem"
        leaf = _fit(file, names, at)
        if leaf is None and not self._serves:
            order(wanted, wanted.issuer, names)
            leaf = _fit(file, names, at)
        elif leaf is None or at >= due(leaf):
            self._go_on(wanted, wanted.issuer, names, at)
            if self._refused:
                raise self._refused.with_traceback(None)  # told every few seconds: it must not grow
        if leaf is None:
            raise CertificateUnfit(
                "%(url)s issued a certificate that does not hold these names, or that has ended. Check this machine's "
                "clock.",
                url=wanted.issuer.directory,
            )
        self._serves = True
        return Certificate(file, file, alternative_names(leaf)[0], (), leaf.not_valid_after_utc)

    def _go_on(self, wanted: Wanted, issuer: Issuer, names: tuple[str, ...], at: dt.datetime) -> None:
        """Begin an order if none is under way and the authority was not asked just now."""
        if (self._order and self._order.is_alive()) or (self._next and at < self._next):
            return
        self._next = at + min(MOST, AGAIN * 2**self._failures)
        self._order = threading.Thread(target=self._run, args=(wanted, issuer, names), daemon=True)
        self._order.start()

    def _run(self, wanted: Wanted, issuer: Issuer, names: tuple[str, ...]) -> None:
        try:
            order(wanted, issuer, names)
            self._refused, self._failures = None, 0
        except (CertificateUnfit, OSError) as refusal:
            self._refused, self._failures = refusal, self._failures + 1


def folder(wanted: Wanted) -> Path:
    """Of this authority: what another one issued does not count as its own."""
    assert wanted.issuer
    return wanted.folder / (urlsplit(wanted.issuer.directory).hostname or "authority")


def due(leaf: x509.Certificate) -> dt.datetime:
    """When the next one is ordered."""
    return leaf.not_valid_after_utc - (leaf.not_valid_after_utc - leaf.not_valid_before_utc) / 3


def _names(wanted: Wanted) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(wanted.asked))
    if not names:
        raise CertificateUnfit(
            "An authority issues for names. Say in KAKOU_HOSTS by which name phones open Kakou, kakou.example.org, and "
            "have that name point at this machine."
        )
    for name in names:
        if not NAME.fullmatch(name) or "." not in name:
            raise CertificateUnfit(
                "No authority issues for %(name)s, which stands in KAKOU_HOSTS. Set a whole name of the internet, "
                "kakou.example.org.",
                name=name,
            )
    return names


def _fit(file: Path, names: tuple[str, ...], at: dt.datetime) -> x509.Certificate | None:
    """The certificate in the file, while it serves for all these names."""
    leaf = kept_leaf(file)
    if leaf is None or at >= leaf.not_valid_after_utc:
        return None
    held, _ = alternative_names(leaf)
    return leaf if all(covers(held, name) for name in names) else None


def order(wanted: Wanted, issuer: Issuer, names: tuple[str, ...]) -> None:
    """Order a certificate for these names and put it in the place of the one before. Raises CertificateUnfit."""
    import requests
    from acme import crypto_util, errors, messages

    here = folder(wanted)
    make_folder(here)
    key = pem_of(authority.make_key())
    try:
        asked = _client(issuer, here / "account.key")
        made = asked.new_order(crypto_util.make_csr(key, list(names)))
        with _proved(asked, made, issuer.port):
            made = asked.poll_and_finalize(made, dt.datetime.now() + PATIENCE)  # noqa: DTZ005 - it goes by the local time
    except errors.ValidationError as error:
        raise CertificateUnfit(
            "%(url)s did not find this machine by its name at port 80, where it asks for the proof: %(why)s. Does the "
            "name point here, and does the router let port 80 through?",
            url=issuer.directory,
            why=_told(error.failed_authzrs),
        ) from None
    except messages.Error as error:
        raise CertificateUnfit("%(url)s refuses: %(why)s", url=issuer.directory, why=error.detail) from None
    except (errors.Error, requests.RequestException) as error:
        raise CertificateUnfit(
            "%(url)s gives no answer that can be used: %(why)s", url=issuer.directory, why=str(error)
        ) from None
    write(here / "leaf.pem", key + made.fullchain_pem.encode())
    log.info("a certificate was issued", names=names, by=issuer.directory)


def _client(issuer: Issuer, key_file: Path) -> client.ClientV2:
    """Known to the authority by the key in the file, which is made for the first order. Its terms are agreed to."""
    from acme import client, errors, messages
    from josepy.jwa import ES256
    from josepy.jwk import JWK, JWKEC

    if not key_file.exists():
        write(key_file, pem_of(authority.make_key()))
    key = JWK.load(key_file.read_bytes())
    if not isinstance(key, JWKEC):  # what is no key in PEM is held for a password
        raise CertificateUnfit(
            "The account key %(file)s cannot be read. Bring it back from a copy, or remove it: another account is "
            "made.",
            file=key_file,
        )
    network = client.ClientNetwork(key, alg=ES256, user_agent=AGENT)
    asked = client.ClientV2(client.ClientV2.get_directory(issuer.directory, network), network)
    if asked.external_account_required():
        raise CertificateUnfit(
            "%(url)s wants an account that was made by hand (external account binding), which Kakou does not know. "
            "Take another authority, or give --cert and --key.",
            url=issuer.directory,
        )
    said = messages.NewRegistration.from_data(email=issuer.mail, terms_of_service_agreed=True)
    try:
        asked.new_account(said)
    except errors.ConflictError as known:
        network.account = messages.RegistrationResource(body=said, uri=known.location)
    return asked


@contextmanager
def _proved(asked: client.ClientV2, made: messages.OrderResource, port: int) -> Iterator[None]:
    """The proofs stand on the port, and the authority is told to look."""
    from acme import challenges, messages, standalone

    key = asked.net.key
    assert key
    open_ones = [
        body
        for one in made.authorizations
        for body in one.body.challenges
        if isinstance(body.chall, challenges.HTTP01) and body.status != messages.STATUS_VALID
    ]
    proofs = {_proof(body, key) for body in open_ones}
    try:
        servers = standalone.HTTP01DualNetworkedServers(("", port), proofs)
    except OSError as error:
        raise CertificateUnfit(
            "Port %(port)s, on which this machine proves its name, cannot be opened: %(why)s. Stop what listens there; "
            "or let Kakou listen below 1024 (setcap, or AmbientCapabilities of systemd); or have the router send port "
            "80 to another one and name that with --acme-port.",
            port=port,
            why=error.strerror or error,
        ) from None
    servers.serve_forever()
    try:
        for body in open_ones:
            asked.answer_challenge(body, body.response(key))
        yield
    finally:
        servers.shutdown_and_server_close()


def _proof(body: messages.ChallengeBody, key: JWK) -> object:
    from acme.standalone import HTTP01RequestHandler

    response, validation = body.response_and_validation(key)
    return HTTP01RequestHandler.HTTP01Resource(chall=body.chall, response=response, validation=validation)


def _told(failed: list[messages.AuthorizationResource]) -> str:
    """What the authority said of each name."""
    said = [
        f"{one.body.identifier.value}: {body.error.detail}"
        for one in failed
        for body in one.body.challenges
        if body.error is not None
    ]
    return "; ".join(said) or "it says nothing more"
