"""Secrets of second factors lie sealed: who reads the database, or writes into it, makes no codes."""

import base64
import json

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client
from django.utils import timezone

from kakou.access.login.sealing import FactorUnreadable, SealingMFAAdapter

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


def code_of(secret):
    return format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30))


def stored():
    return json.dumps(list(Authenticator.objects.values_list("data", flat=True)))


def test_the_secret_and_the_seed_lie_sealed_and_work(cast):
    secret = generate_totp_secret()
    totp = TOTP.activate(cast.lead, secret)
    codes = RecoveryCodes.activate(cast.lead)
    assert secret not in stored()
    assert base64.b32decode(secret).hex() not in stored()
    assert len(json.loads(stored())[1]["seed"]) > 150
    assert totp.validate_code(code_of(secret))
    assert codes.validate_code(codes.generate_codes()[0])


def test_the_same_secret_is_sealed_to_another_text_each_time():
    adapter = SealingMFAAdapter()
    assert adapter.encrypt("same") != adapter.encrypt("same")
    assert adapter.decrypt(adapter.encrypt("same")) == "same"


@pytest.mark.parametrize("planted", ["JBSWY3DPEHPK3PXP", "", "====", "\u00e9", base64.b64encode(bytes(80)).decode()])
def test_a_secret_written_in_from_outside_opens_nothing(cast, planted):
    TOTP.activate(cast.lead, generate_totp_secret())
    Authenticator.objects.update(data={"secret": planted})
    with pytest.raises(FactorUnreadable):
        SealingMFAAdapter().decrypt(planted)
    client = Client(headers={"accept-language": "en"})
    client.post("/accounts/login/", {"login": "lead", "password": "correct horse battery"})
    answer = client.post("/accounts/2fa/authenticate/", {"code": code_of("JBSWY3DPEHPK3PXP")})
    assert answer.status_code == 403
    assert "Ask your administrator" in answer.content.decode()
    assert client.get("/")["Location"].startswith("/accounts/login/")


def test_the_picture_is_dark_on_light_and_says_what_the_app_needs():
    drawn = SealingMFAAdapter().build_totp_svg("otpauth://totp/lead?secret=ABC&issuer=Kakou")
    assert drawn.startswith("<svg")
    assert 'xmlns="http://www.w3.org/2000/svg"' in drawn
    assert "#fff" in drawn
