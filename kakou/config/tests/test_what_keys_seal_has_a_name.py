"""Whoever looks what a key seals reads a word for each table, and nobody a table's own name."""

from kakou.config.sealed import CALLED, COLUMNS


def test_of_everything_that_keys_seal_there_is_a_word():
    assert set(CALLED) == {column.table for column in COLUMNS}
