"""Every field of every page in which somebody types, filled with names and texts that have broken systems: taken, or
refused in words, and never a fault. The forms are found by opening every page of the role matrix."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve

from tests.cast import sign_in
from tests.hostile.forms_of_pages import forms_of
from tests.hostile.texts import QUICK, TEXTS
from tests.hostile.trying import told_of
from tests.matrix.table import TABLE
from tests.matrix.test_every_route import url

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
PUBLIC = ("s/", "s/follow/", "s/at/{unit}/", "d/at/{unit}/", "p/{place_code}/", "p/{place_code}/visit/", "v/",
          "accounts/login/")  # fmt: skip


class Visitor:
    """Opens pages, signed in or not, and takes back whatever it did."""

    def __init__(self, account=None):
        self.client = Client(headers={"accept-language": "en"}, raise_request_exception=False)
        if account is not None:
            sign_in(self.client, account)

    def ask(self, method, path, data=None):
        with transaction.atomic():
            cache.clear()
            answer = getattr(self.client, method.lower())(path, data or {})
            transaction.set_rollback(True)
        return answer


def addresses(world):
    """Every page that is opened by GET, once."""
    for pattern, routes in TABLE.items():
        if isinstance(routes, list):
            gets = [route for route in routes if route.method == "GET"]
            for route in gets[:2]:
                yield url(pattern, route, world["garden"].get(route.thing))


def fields_of(visitors, world):
    """(who, form, field) of every form anywhere, once for each address that takes it."""
    seen = set()
    public = [f"/{path}".format(**world["garden"]) for path in PUBLIC]
    for who, paths in (("staff", list(addresses(world))), ("anybody", public)):
        for path in paths:
            page = visitors[who].ask("GET", path)
            if page.status_code != 200 or "html" not in page["Content-Type"]:
                continue
            for form in forms_of(page.content.decode()):
                form.action = urljoin(path, form.action) if form.action else path
                try:
                    route = resolve(urlsplit(form.action).path).route
                except Resolver404:
                    continue
                for name in form.typed:
                    if (who, form.method, route, name) not in seen:
                        seen.add((who, form.method, route, name))
                        yield who, form, name


@pytest.fixture
def visitors(world, everybody):
    return {"staff": Visitor(everybody), "anybody": Visitor()}


def at_every_field(visitors, world, names, record_property):
    wrong, tried, fields = [], 0, 0
    for who, form, name in fields_of(visitors, world):
        fields += 1
        for what in names:
            answer = visitors[who].ask(form.method, form.action, form.values | {name: TEXTS[what]})
            tried += 1
            said = told_of(answer.headers.get("content-type", ""), answer.content.decode(errors="replace"))
            if answer.status_code >= 500 or (answer.status_code == 422 and not said):
                wrong.append((who, form.method, form.action, name, what, answer.status_code, said[:200]))
    record_property("hostile: fields", fields)
    record_property("hostile: texts in fields", tried)
    record_property("hostile: texts that broke a page", len(wrong))
    print(f"\n{tried} texts in {fields} fields, {len(wrong)} wrong")
    assert fields > 100
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.slow
def test_a_nul_and_a_million_characters_in_every_field_of_every_page(visitors, world, record_property):
    at_every_field(visitors, world, QUICK, record_property)


@pytest.mark.chaos
@pytest.mark.timeout(3600)
def test_every_hostile_text_in_every_field_of_every_page(visitors, world, record_property):
    at_every_field(visitors, world, TEXTS, record_property)
