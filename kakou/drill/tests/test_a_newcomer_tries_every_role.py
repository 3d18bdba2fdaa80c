import datetime as dt

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from kakou.access.models import Staff
from kakou.access.rules import Role
from kakou.drill import actions, queries
from kakou.drill.models import Run
from kakou.drill.rules import State
from kakou.drill.scenarios import read, text_of
from tests.cast import sign_in

pytestmark = pytest.mark.django_db
AT = dt.datetime(2021, 8, 10, 13, 0, tzinfo=dt.UTC)


@pytest.fixture
def settled(db, small):
    actions.settle(seed=7, at=AT)


@pytest.fixture
def run(settled) -> Run:
    return actions.plan(people=60, days=2, at=AT)


def real_account() -> Staff:
    """One that no action would make beside the drill."""
    return Staff.objects.create(username="real", created_at=AT)


def path_of(login) -> str:
    return login.link.removeprefix("http://here")


def test_a_login_works_once_and_for_each_role(settled):
    logins = queries.one_time_logins("http://here")
    assert len(logins) == len(Role)
    for login in logins:
        client = Client()
        assert client.get(path_of(login)).status_code == 302
        assert client.get(reverse("drill:runs")).status_code == 200
        assert Client().get(path_of(login)).status_code == 404


def test_a_login_is_of_no_use_elsewhere_or_when_made_up(settled):
    path = path_of(queries.one_time_logins("http://here")[0])
    assert Client(REMOTE_ADDR="192.0.2.7").get(path).status_code == 404
    assert Client(headers={"x-kakou-client": "192.0.2.7"}).get(path).status_code == 404
    for wrong in ("1-x", "x", "99999-abc-def", "-", "²-a"):
        assert Client().get(reverse("drill:enter", args=[wrong])).status_code == 404
    assert Client().get(path).status_code == 302


def test_seats_are_changed_within_the_drill_only(settled):
    client = Client()
    client.get(path_of(queries.one_time_logins("http://here")[0]))
    answer = client.post(reverse("drill:change_seat"), {"seat": "drill-commander"})
    assert answer.status_code == 302
    assert int(client.session["_auth_user_id"]) == Staff.objects.get(username="drill-commander").pk
    real = real_account()
    assert client.post(reverse("drill:change_seat"), {"seat": real.username}).status_code == 404


def test_nobody_else_sees_the_drill(settled):
    assert Client().get(reverse("drill:runs")).status_code == 302
    client = Client()
    sign_in(client, real_account())
    for name, args in (("runs", []), ("stop", [1]), ("resume", [1]), ("change_seat", [])):
        url = reverse(f"drill:{name}", args=args)
        assert (client.get(url) if name == "runs" else client.post(url)).status_code == 404


def test_the_page_shows_bars_and_cancels(run):
    client = Client()
    client.get(path_of(queries.one_time_logins("http://here")[0]))
    page = client.get(reverse("drill:runs")).content.decode()
    assert "<progress" in page
    assert 'hx-trigger="every 2s"' in page
    assert client.post(reverse("drill:stop", args=[run.pk])).status_code == 302
    run.refresh_from_db()
    assert run.state == State.CANCELLED
    part = client.get(reverse("drill:runs"), headers={"hx-request": "true"}).content.decode()
    assert "<html" not in part
    assert "every 2s" not in part
    assert client.post(reverse("drill:resume", args=[run.pk])).status_code == 302
    run.refresh_from_db()
    assert run.state == State.WAITING


def test_the_job_sends_to_this_server_whatever_host_a_request_names(run, settings):
    settings.OWN_URL = "http://127.0.0.1:8765"
    client = Client(headers={"host": "127.0.0.1:9999"})
    client.get(path_of(queries.one_time_logins("http://here")[0]))
    actions.ask_to_stop(run, by=None, at=AT)
    assert client.post(reverse("drill:resume", args=[run.pk])).status_code == 302
    assert client.post(reverse("drill:time"), {"on": "1"}).status_code == 302
    urls = {job.task_name: job.args["url"] for job in ProcrastinateJob.objects.all()}
    assert urls == dict.fromkeys(["drill.play", "drill.go_on"], "http://127.0.0.1:8765")


def test_the_page_shows_the_training_in_both_languages_or_how_to_begin_one(db, small):
    name, text = text_of("three-fevers")
    actions.settle(seed=2021, at=AT)
    client = Client()
    client.get(path_of(queries.one_time_logins("http://here")[0]))
    listed = client.get(reverse("drill:runs")).content.decode()
    assert "kakou drill --scenario three-fevers" in listed
    actions.plan_training(name=name, text=text, at=AT)
    for language, title in read(text).title.items():
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = {"zh": "zh-hans"}.get(language, language)
        page = client.get(reverse("drill:runs")).content.decode()
        assert title in page
        assert "--scenario" not in page
