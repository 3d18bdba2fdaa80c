"""Fixtures of every test: the databases, the standing cast, and nothing slow or shared by accident."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import pytest_django

pytest_plugins = ["tests.cast", "tests.district"]


def pytest_configure(config: pytest.Config) -> None:
    """Hash passwords the fast way; have a key store, and a folder for static files whether or not they were built."""
    from django.conf import settings

    from kakou.vault.keys import KeyStore

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    KeyStore.create(settings.KEYS)


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """What the site is called stands in a file and the language in the thread: no transaction takes them back."""
    from django.conf import settings
    from django.utils import translation

    from kakou.kernel.site import FILE

    file = Path(settings.HOME) / FILE
    before = file.read_bytes() if file.exists() else None
    translation.deactivate()
    yield
    translation.deactivate()
    if before is not None:
        file.write_bytes(before)
    else:
        file.unlink(missing_ok=True)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker: pytest_django.DjangoDbBlocker,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """Always both aliases: a run whose tests name only the mirror would create no database at all."""
    from django.db import connections
    from django.test.utils import setup_databases, teardown_databases

    with django_db_blocker.unblock():
        config = setup_databases(verbosity=0, interactive=False, aliases={"default", "owner"}, serialized_aliases=set())
        _may_be_emptied()
        sweep = _broom()
    with pytest.MonkeyPatch.context() as patch:
        if sweep:
            patch.setattr("django.test.TransactionTestCase._fixture_teardown", lambda _: sweep())
        yield
    with django_db_blocker.unblock():
        connections["default"].close()
        connections["default"].close_pool()  # Django closes the pool of the owner alias only
        teardown_databases(config, verbosity=0)


def _may_be_emptied() -> None:
    """Insert-only tables refuse truncation too, but that is how a transactional test cleans up after itself."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select tgrelid::regclass::text, tgname from pg_trigger where tgname like '%truncate' and tgparentid = 0"
        )
        for table, trigger in cursor.fetchall():
            cursor.execute(f'alter table {table} disable trigger "{trigger}"')


def _broom() -> Callable[[], None] | None:
    """On an external server there is nobody to hold it; Django's own way takes longer and is the same."""
    from django.db import connections

    from kakou.ledger.apps import make_days
    from tests.private_postgres import SERVER
    from tests.swept import broom

    if SERVER is None:
        return None
    owner = connections["owner"]
    with owner.cursor() as cursor:  # those of jobs and of the cache too, which no model stands for
        tables = {one.name for one in owner.introspection.get_table_list(cursor) if one.type == "t"}
    sweep = broom(Path(owner.settings_dict["HOST"]), owner.settings_dict["NAME"], tables)

    def sweep_and_make_days() -> None:
        sweep()
        make_days("owner")  # a test may have taken a day's table of the ledger away

    return sweep_and_make_days
