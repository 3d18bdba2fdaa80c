import pytest
from django.test import Client

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
LOGIN = "/accounts/login/"
RIGHT = "correct horse battery"


def log_in(client, username, password, **meta):
    return client.post(LOGIN, {"login": username, "password": password}, **meta)


@pytest.fixture
def client():
    return Client(headers={"X-Kakou-Client": "203.0.113.7"})


def test_five_wrong_passwords_lock_the_account_for_that_address(client, cast):
    for _ in range(5):
        log_in(client, "recorder", "wrong")
    assert log_in(client, "recorder", RIGHT).status_code == 429


@pytest.mark.parametrize("place", ["x", "999999"])
def test_an_address_about_no_place_tells_nothing_of_a_password(client, cast, place):
    answers = [
        client.post(f"{LOGIN}?place={place}", {"login": "recorder", "password": word}) for word in ("wrong", RIGHT)
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert client.get("/").status_code == 302


def test_a_try_is_counted_also_where_its_page_fails(client, cast, monkeypatch):
    monkeypatch.setattr("kakou.web.refusals.middleware.place_of", lambda request: None)  # so that it fails in its title
    wrong = {"login": "recorder", "password": "wrong"}
    assert [client.post(f"{LOGIN}?place=x", wrong).status_code for _ in range(5)] == [404] * 4 + [429]
    assert log_in(client, "recorder", RIGHT).status_code == 429


SPELLINGS = [
    ["recorder", "Recorder", "RECORDER", "rEcorder", "reCorder"],
    [" recorder", "recorder ", "\trecorder", "recorder\u3000", "Recorder "],
]


@pytest.mark.parametrize("spellings", SPELLINGS, ids=["letter case", "blanks"])
def test_another_spelling_of_the_name_is_no_new_account(client, cast, spellings):
    for spelling in spellings:
        log_in(client, spelling, "wrong")
    assert log_in(client, "recorder", RIGHT).status_code == 429
    assert log_in(client, "recordeR", RIGHT).status_code == 429


def test_a_right_password_in_another_spelling_forgets_the_wrong_ones(client, cast):
    for _ in range(4):
        log_in(client, "recorder", "wrong")
    assert log_in(client, "Recorder", RIGHT).status_code == 302
    client.post("/accounts/logout/")
    log_in(client, "recorder", "wrong")
    assert log_in(client, "recorder", RIGHT).status_code == 302


def test_another_address_is_not_locked_out(client, cast):
    for _ in range(5):
        log_in(client, "recorder", "wrong")
    elsewhere = Client(headers={"X-Kakou-Client": "203.0.113.8"})
    assert log_in(elsewhere, "recorder", RIGHT).status_code == 302


def test_a_claimed_forwarding_address_changes_nothing(client, cast):
    for n in range(5):
        log_in(client, "recorder", "wrong", headers={"X-Forwarded-For": f"198.51.100.{n}"})
    assert log_in(client, "recorder", RIGHT, headers={"X-Forwarded-For": "198.51.100.99"}).status_code == 429


def test_an_unknown_account_gets_the_same_words(client, cast):
    wrong, unknown = log_in(client, "recorder", "wrong"), log_in(client, "nobody", "wrong")
    assert wrong.status_code == unknown.status_code == 200
    assert wrong.context["form"].errors == unknown.context["form"].errors


def test_a_drill_account_works_on_this_machine_only(tree):
    from kakou.access.rules import Role
    from tests.cast import staff

    staff("drill", Role.COMMANDER, tree.street, is_drill=True)
    assert log_in(Client(), "drill", RIGHT).status_code == 302
    assert log_in(Client(headers={"X-Kakou-Client": "203.0.113.7"}), "drill", RIGHT).status_code == 200


def test_nobody_signs_up(client, db):
    assert "signup_closed" in [t.name.split("/")[-1].split(".")[0] for t in client.get("/accounts/signup/").templates]
