from __future__ import annotations

import re

import pytest

from kakou.web.shell.here import moved_to

pytestmark = pytest.mark.django_db


def test_switching_the_place_keeps_the_page_and_drops_what_belonged_to_the_old_one():
    assert moved_to("/ledger/inside/?place=3&at=2021-08-10T12:00&page=4", 9) == (
        "/ledger/inside/?at=2021-08-10T12%3A00&place=9"
    )
    assert moved_to("/ledger/inside/?place=3", None) == "/ledger/inside/"


@pytest.mark.parametrize(
    "given", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "evil", "\\\\evil"]
)
@pytest.mark.parametrize("page", ["/language/", "/theme/"])
def test_a_switch_never_leads_elsewhere(client, given, page):
    assert client.post(page, {"language": "en", "theme": "night", "back": given}).headers["Location"] == "/"


def test_language_and_theme_are_remembered(client):
    assert 'lang="zh-CN"' in client.get("/nowhere/", headers={"accept": "text/html"}).content.decode()
    client.post("/language/", {"language": "en", "back": "/"})
    client.post("/theme/", {"theme": "night", "back": "/"})
    page = client.get("/nowhere/", headers={"accept": "text/html"}).content.decode()
    assert '<html lang="en" data-theme="night">' in page


def test_unknown_choices_are_not_remembered(client):
    client.post("/theme/", {"theme": '"><script>', "back": "/"})
    client.post("/language/", {"language": "xx", "back": "/"})
    assert not client.cookies.get("kakou_theme")


def test_pages_need_no_inline_script_or_style(client):
    response = client.get("/nowhere/", headers={"accept": "text/html"})
    policy = response["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    page = response.content.decode()
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script>|hx-on|javascript:", page)


def test_a_stranger_gets_no_ticket(client):
    assert client.post("/live/").status_code == 401
