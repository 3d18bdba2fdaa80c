import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import OperationalError, connection, connections, transaction

import kakou
from kakou.web.turns import turn, wait_for_turn
from tests.turns import HELD

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
LONGEST = 30.0  # seconds: something is broken


@contextmanager
def held_by_somebody(*name):
    """Another process has it."""
    has_it, over = threading.Event(), threading.Event()

    def hold():
        try:
            with turn(*name) as mine:
                assert mine
                has_it.set()
                over.wait(LONGEST)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as somebody:
        doing = somebody.submit(hold)
        assert has_it.wait(LONGEST) or doing.result()
        try:
            yield
        finally:
            over.set()
            doing.result()


def is_held(name):
    with connection.cursor() as cursor:
        cursor.execute(HELD, [name])
        return cursor.fetchone()[0]


def test_another_one_is_told_at_once_that_it_is_taken():
    with held_by_somebody("gate", 7):
        assert is_held("gate 7")
        with turn("gate", 7) as mine:
            assert not mine
        assert is_held("gate 7")  # whoever did not get it gives nothing back
    with turn("gate", 7) as mine:
        assert mine
    assert not is_held("gate 7")


def test_two_different_ones_never_wait_for_each_other():
    with held_by_somebody("folding"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("set local lock_timeout = '100ms'")
        for other in (("lists",), ("folding", 1), ("use", 2)):
            wait_for_turn(*other)
            with turn(*other) as mine:
                assert mine
        with pytest.raises(OperationalError), transaction.atomic():
            wait_for_turn("folding")


def test_whoever_waits_has_it_to_the_end_of_the_transaction():
    with transaction.atomic():
        wait_for_turn("gate", 7)
        wait_for_turn("gate", 7)  # his own turn keeps nobody waiting
        assert is_held("gate 7")
    assert not is_held("gate 7")


def test_the_turn_of_a_process_that_died_is_free():
    with pytest.raises(ConnectionError), turn("gate", 7):
        connection.connection.close()
        raise ConnectionError
    connection.close()
    assert not is_held("gate 7")


def test_turns_are_kept_here_alone():
    """Numbers that are chosen by hand are chosen twice."""
    here = Path(kakou.__file__).parent
    texts = {path.relative_to(here): path.read_text() for path in here.rglob("*.py") if "tests" not in path.parts}
    assert {str(path) for path, text in texts.items() if "advisory" in text} == {
        "web/turns/__init__.py",
        "audit/__init__.py",  # a trigger's, in the migration below
        "audit/migrations/0002_the_chain_grows_at_commit.py",
        "ledger/migrations/0002_passages_by_day_and_append_only.py",
    }
