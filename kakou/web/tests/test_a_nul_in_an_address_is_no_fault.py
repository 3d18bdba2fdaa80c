"""Nobody types a NUL, and PostgreSQL keeps none: whoever sends one in an address is told that it cannot be read."""

import pytest

from tests.cast import sign_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.mark.parametrize(
    "address",
    ["/place/?q=a%00b", "/staff/roster/?branch=%00", "/ledger/loops/?kind=%00", "/audit/?kind=%00", "/p/%00/",
     "/screening/rules/%00/", "/screening/rules/cn-2021-08.1/compare/?with=%00"],
)  # fmt: skip
def test_it_is_told_to_be_unreadable(client, cast, address):
    sign_in(client, cast.administrator)
    client.raise_request_exception = False
    for language, words in (("en", "damaged"), ("zh-hans", "已损坏")):
        answer = client.get(address, headers={"accept-language": language})
        assert answer.status_code == 400
        assert words in answer.content.decode()
