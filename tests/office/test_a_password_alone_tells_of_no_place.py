import pytest
from django.test import Client

from kakou.access.scope import acting_as_system
from kakou.places.models import Unit

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


def test_the_pages_that_set_up_the_second_factor_tell_of_no_place(cast, tree):
    with acting_as_system():
        Unit.objects.create(node=tree.garden, kind="compound", name="garden of all")
    client = Client(headers={"accept-language": "en"})
    client.post("/accounts/login/", {"login": "secretary", "password": "correct horse battery"})
    for path in ("/accounts/2fa/totp/activate/", "/accounts/2fa/", f"/accounts/2fa/?place={tree.garden.pk}"):
        assert "garden of all" not in client.get(path).content.decode()
