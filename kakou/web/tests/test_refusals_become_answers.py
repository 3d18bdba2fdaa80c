from __future__ import annotations

import json

import pytest
from django.db import OperationalError
from django.test import RequestFactory
from django.utils.translation import override

from kakou.kernel.errors import NotFound, Refusal
from kakou.web.refusals import handlers
from kakou.web.refusals.middleware import RefusalMiddleware

pytestmark = pytest.mark.django_db


class TooMany(Refusal):
    code = "too-many"
    status = 422


def answer(error: Exception, **headers: str):
    from django.contrib.auth.models import AnonymousUser

    request = RequestFactory().get("/somewhere/", headers=headers)
    request.user = AnonymousUser()
    request.resolver_match = None
    with override("en"):
        return RefusalMiddleware(lambda r: None).process_exception(request, error)


def test_a_page_says_what_was_refused_with_its_numbers_filled_in():
    response = answer(TooMany("Row %(row)s is empty.", row=7), accept="text/html")
    assert response.status_code == 422
    assert "Row 7 is empty." in response.content.decode()


def test_the_words_of_a_stranger_are_escaped():
    response = answer(TooMany("Name %(name)s is odd.", name="<script>1</script>"), accept="text/html")
    assert b"<script>1" not in response.content


def test_htmx_gets_a_part_for_the_notice():
    response = answer(TooMany("No."), hx_request="true")
    assert response.status_code == 422
    assert response["HX-Retarget"] == "#notice"
    assert b"<html" not in response.content


def test_a_program_gets_json_with_a_code():
    response = answer(NotFound("There is no such gate."), accept="application/json")
    assert response.status_code == 404
    assert json.loads(response.content) == {"code": "not-found", "text": "There is no such gate."}


def test_a_database_that_is_away_is_503_with_a_time_to_come_back():
    response = answer(OperationalError("connection refused"), accept="text/html")
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert b"connection refused" not in response.content


def test_a_bug_is_left_to_django():
    assert answer(KeyError("x")) is None


@pytest.mark.parametrize(
    ("handler", "status"),
    [
        (handlers.bad_request, 400),
        (handlers.not_allowed, 403),
        (handlers.not_found, 404),
        (handlers.broken, 500),
        (handlers.stale_form, 403),
        (handlers.locked_out, 429),
    ],
)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_error_has_a_page_in_both_languages(client, handler, status, language):
    from django.contrib.auth.models import AnonymousUser

    request = RequestFactory().get("/x/", headers={"accept": "text/html"})
    request.user, request.resolver_match = AnonymousUser(), None
    with override(language):
        response = handler(request)
    assert response.status_code == status
    assert ('lang="en"' if language == "en" else 'lang="zh-CN"') in response.content.decode()


def test_a_fault_page_asks_the_database_nothing(django_assert_num_queries):
    from django.contrib.auth.models import AnonymousUser

    request = RequestFactory().get("/x/", headers={"accept": "text/html"})
    request.user = AnonymousUser()
    with django_assert_num_queries(0):
        assert handlers.broken(request).status_code == 500


def test_an_unknown_address_is_404(client):
    assert client.get("/nowhere/", headers={"accept": "text/html"}).status_code == 404


def test_a_request_by_a_name_that_is_not_ours_is_told_so_and_is_no_fault(client):
    """It is refused before anybody looked who asks, so the page must stand without knowing."""
    refused = client.get("/accounts/login/", headers={"host": "elsewhere.example", "accept": "text/html"})
    assert refused.status_code == 400
    assert "elsewhere.example" not in refused.text
