"""Which steps install a root certificate on which system: data of the page that tells them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class System:
    """One system of phones or desks: how a browser names it, what people call it, and the steps in their order."""

    key: str
    signs: tuple[str, ...]
    name: str
    steps: Sequence[object]


# in the order in which signs are looked for: a Huawei phone calls itself Android too
SYSTEMS = (
    System(
        "harmony", ("HarmonyOS", "OpenHarmony", "ArkWeb"), "HarmonyOS 鸿蒙",
        (
            _("Tap “Download for phones” and keep the file."),
            _("Open Settings and search for “certificate”; it stands under Security or Privacy & security, Advanced or More settings, Encryption & credentials or Certificates & credentials."),  # noqa: E501
            _("Choose Install from storage, CA certificate, and the file kakou-root.crt. A screen lock is asked for."),
            _("Open the list of user certificates, tap the one of Kakou and compare its SHA-256 fingerprint."),
        ),
    ),
    System(
        "ios", ("iPhone", "iPad"), "iPhone, iPad",
        (
            _("Open this page in Safari, tap “Download for phones” and allow the profile."),
            _("Open Settings, tap Profile Downloaded at the top, then More Details and the certificate: compare its SHA-256 fingerprint. Then install it with your passcode."),  # noqa: E501
            _("Open Settings, General, About, Certificate Trust Settings at the very end, and switch the certificate of Kakou on. Without this step the phone goes on warning."),  # noqa: E501
        ),
    ),
    System(
        "android", ("Android",), "Android",
        (
            _("Tap “Download for phones” and keep the file."),
            _("Open Settings and search for “CA certificate”; it stands under Security, Encryption & credentials, Install a certificate. A screen lock is asked for."),  # noqa: E501
            _("Read the warning, choose Install anyway and the file kakou-root.crt."),
            _("Open Trusted credentials, User, tap the certificate of Kakou and compare its SHA-256 fingerprint."),
            _("Use Chrome, Edge or the phone's own browser: Firefox does not use what was installed this way."),
        ),
    ),
    System(
        "windows", ("Windows",), "Windows",
        (
            _("Download the file, and in its folder run: certutil -hashfile kakou-root.crt SHA256. Compare what it prints with the fingerprint."),  # noqa: E501
            _("Open the file, choose Install Certificate, Current User, Place all certificates in the following store, Trusted Root Certification Authorities."),  # noqa: E501
            _("Answer Yes to the warning, and start the browser again."),
        ),
    ),
)  # fmt: skip


def system_of(agent: str) -> str:
    """The key of the system whose browser calls itself `agent`; "" for any other."""
    return next((system.key for system in SYSTEMS if any(sign in agent for sign in system.signs)), "")
