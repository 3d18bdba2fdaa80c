"""How a phone comes to trust this server: the root certificate of its own authority, and the steps for each system.

Public, and by plain http too (`kakou.config.front.plain`): a phone needs it before it can trust or log in anywhere.
What a phone reads before that may have been changed on its way: the fingerprint to compare stands on a desk's screen.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec
from urllib.parse import urlsplit

import segno
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kakou.access.api import PerClient
from kakou.access.login.adapter import on_this_machine
from kakou.access.pages.systems import SYSTEMS, system_of
from kakou.kernel.errors import NotFound, Refusal

P = ParamSpec("P")
LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
# ending → content type: Android and Apple go by it
FORMS = {"crt": (Encoding.DER, "application/x-x509-ca-cert"), "pem": (Encoding.PEM, "application/x-pem-file")}
DESKS = frozenset({"", "windows"})


class PerVisitor(PerClient):
    """Counted apart from enrolment: a room full of phones asks for this at once."""

    scope = "root_certificate"


class TooOften(Refusal):
    """More than a room full of phones asks for."""

    code = "too-often"
    status = 429


@dataclass(frozen=True, slots=True)
class Root:
    """The root certificate, as it is told to people."""

    certificate: x509.Certificate

    @property
    def fingerprint(self) -> list[str]:
        """SHA-256 in four lines of eight pairs, short enough for a phone and to be compared by eye."""
        pairs = self.certificate.fingerprint(hashes.SHA256()).hex(":").upper().split(":")
        return [":".join(pairs[start : start + 8]) for start in range(0, 32, 8)]

    @property
    def name(self) -> str:
        """By which phones list it."""
        return str(self.certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value)

    @property
    def ends(self) -> dt.datetime:
        """When it ends."""
        return self.certificate.not_valid_after_utc


def root_of() -> Root | None:
    """The root of this server's own authority; None where it has none, or is served to this machine alone."""
    return Root(x509.load_pem_x509_certificate(Path(settings.TLS_ROOT).read_bytes())) if settings.TLS_ROOT else None


def sparingly(view: Callable[Concatenate[HttpRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Open to everybody, so no address may ask without end. Raises TooOften."""

    @wraps(view)
    def asked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        throttle = PerVisitor("60/m")
        if not throttle.allow_request(request):
            raise TooOften(
                "This was asked for too often from here. Wait %(seconds)d seconds.",
                seconds=math.ceil(throttle.wait() or 60),
            )
        return view(request, *args, **kwargs)

    return asked


@require_safe
@never_cache
@sparingly
def steps(request: HttpRequest) -> HttpResponse:
    """What to do on which phone, its own system first; `?language=` because a form would not pass by plain http."""
    if (language := request.GET.get("language", "")) in dict(settings.LANGUAGES):
        translation.activate(language)
        request.LANGUAGE_CODE = language
    mine = system_of(request.headers.get("User-Agent", ""))
    address = address_for_phones(request)
    fetch = f"{address.replace('https:', 'http:', 1)}root-certificate/"
    shown = {
        "root": root_of(),
        "sure": mine in DESKS and (request.is_secure() or on_this_machine(request)),
        "systems": sorted(SYSTEMS, key=lambda system: system.key != mine),
        "desk": mine in DESKS,
        "mine": mine,
        "address": address,
        "fetch": fetch,
        "fetch_qr": drawn(fetch),
        "address_qr": drawn(address),
    }
    return render(request, "access/root_certificate.html", shown)


@require_safe
@never_cache
@sparingly
def download(request: HttpRequest, form: str) -> HttpResponse:
    """The root as a file. Raises NotFound where there is none, or not in that form."""
    root = root_of()
    if root is None or form not in FORMS:
        raise NotFound("This server has no root certificate of its own to install.")
    encoding, kind = FORMS[form]
    answer = HttpResponse(root.certificate.public_bytes(encoding), content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="kakou-root.{form}"'
    return answer


def address_for_phones(request: HttpRequest) -> str:
    """Where a phone opens us, with a slash at its end: as it was asked for just now by https, else by the first address
    of the local network; on a server that serves this machine alone as it was asked for."""
    asked = request.build_absolute_uri("/")
    if not settings.LAN_URLS or (request.is_secure() and host_of(asked) not in LOOPBACK):
        return asked
    return f"{settings.LAN_URLS[0]}/"


def host_of(url: str) -> str:
    """Without its port."""
    return urlsplit(url).netloc.rpartition(":")[0] or urlsplit(url).netloc


def drawn(text: str) -> str:
    """A QR code as SVG without inline styles."""
    code = segno.make(text, error="m", micro=False)
    svg: str = code.svg_inline(scale=6, border=4, svgclass="qr", lineclass=None, omitsize=True)
    return mark_safe(svg)  # noqa: S308 - drawn by segno; the text itself does not stand in it
