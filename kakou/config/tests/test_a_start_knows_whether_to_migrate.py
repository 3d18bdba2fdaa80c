"""Nothing to migrate costs nothing; anything changed, or a database that does not say so, is migrated. One that another
version made is left alone."""

import pytest
from django.db import connections

from kakou.config import schema
from kakou.config.management.migrate import OtherVersion, refuse_another_version


@pytest.fixture
def code(tmp_path):
    (tmp_path / "kakou" / "places" / "tests").mkdir(parents=True)
    (tmp_path / "kakou" / "places" / "models.py").write_text("a = 1")
    (tmp_path / "requirements.lock").write_text("django==5.2")
    return tmp_path


@pytest.mark.parametrize("changed", ["kakou/places/models.py", "kakou/places/new.py", "requirements.lock"])
def test_changed_code_and_changed_libraries_have_another_fingerprint(code, changed):
    before = schema.fingerprint(code)
    (code / changed).write_text("b = 2")
    assert schema.fingerprint(code) != before


def test_tests_do_not_count(code):
    before = schema.fingerprint(code)
    (code / "kakou" / "places" / "tests" / "test_x.py").write_text("b = 2")
    assert schema.fingerprint(code) == before


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_the_database_remembers_to_which_version_it_was_brought(monkeypatch):
    database = connections["owner"].settings_dict
    assert not schema.is_current(database)
    schema.record(database)
    assert schema.is_current(database)
    monkeypatch.setattr(schema, "fingerprint", lambda: "of other code")
    assert not schema.is_current(database)


def test_a_database_that_is_not_there_is_not_current(tmp_path):
    assert not schema.is_current({"HOST": str(tmp_path), "NAME": "kakou", "USER": "kakou_owner"})


@pytest.mark.django_db(databases=["default", "owner"])
def test_a_database_of_another_version_is_left_alone():
    refuse_another_version()
    with connections["owner"].cursor() as cursor:
        cursor.execute("insert into django_migrations (app, name, applied) values ('ledger', '0099_of_then', now())")
    with pytest.raises(OtherVersion) as refused:
        refuse_another_version()
    assert refused.value.params["steps"] == "ledger.0099_of_then"
