"""With a database server of one's own the pages' socket still lies in the short folder, which may be in /tmp."""

import os
import socket

import pytest

from kakou.config.postgres import PostgresUnavailable
from kakou.config.serving import Installation, PortTaken


@pytest.fixture
def installation(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/kakou")
    return Installation(tmp_path, tmp_path / "s", host="127.0.0.1", port=1, stopped=lambda: True)


def test_a_link_that_somebody_put_there_is_refused(installation, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "s").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PostgresUnavailable, match="belongs to somebody else"):
        installation.start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives a folder away")
def test_a_folder_of_somebody_else_is_refused(installation, tmp_path):
    (tmp_path / "s").mkdir()
    os.chown(tmp_path / "s", 12345, 12345)
    with pytest.raises(PostgresUnavailable, match="belongs to somebody else"):
        installation.start()


def test_ours_is_closed_to_others(installation, tmp_path):
    (tmp_path / "s").mkdir()
    (tmp_path / "s").chmod(0o777)
    with socket.socket() as taken:  # so that the start ends right after the folder was looked at
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        installation.port = taken.getsockname()[1]
        with pytest.raises(PortTaken):
            installation.start()
    assert (tmp_path / "s").stat().st_mode & 0o777 == 0o700
