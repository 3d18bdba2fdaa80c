"""Folders and users of the private server: whom it runs as, what that user can reach."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
from pathlib import Path

from kakou.config.postgres.binaries import Binaries
from kakou.config.postgres.errors import PostgresUnavailable

SOCKET_LIMIT = 107  # bytes of sun_path on Linux without its final zero


def identity() -> pwd.struct_passwd | None:
    """Whom the server runs as: ourselves (None), or as root an unprivileged user known to the machine."""
    if os.geteuid() != 0:
        return None
    for name in (os.environ.get("KAKOU_PG_USER", ""), "postgres", "nobody"):
        try:
            return pwd.getpwnam(name)  # it must be in passwd: PostgreSQL looks its own name up
        except KeyError:
            continue
    raise PostgresUnavailable(
        "PostgreSQL does not run as root, and this machine has no user postgres or nobody to run it as. "
        "Make one, or start Kakou as another user."
    )


def run_as(user: pwd.struct_passwd | None, argv: list[str], env: dict[str, str] | None = None) -> tuple[int, str]:
    """Run `argv` to its end as `user`; its exit code and what it wrote. 126 where `user` cannot reach it."""
    ids = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    try:
        done = subprocess.run(argv, capture_output=True, text=True, check=False, cwd="/", env=env, **ids)  # type: ignore[call-overload]
    except OSError as error:
        return 126, str(error)
    return done.returncode, done.stderr or done.stdout


def make_passable(folder: Path) -> None:
    """Make `folder` and the parents it lacks, so that another user may pass through whatever our umask is."""
    if not folder.exists():
        make_passable(folder.parent)
        folder.mkdir(exist_ok=True)
        folder.chmod(0o711)


def prepare(folders: list[Path], user: pwd.struct_passwd | None) -> None:
    """Make `folders`, private to `user`. Raises where a path cannot be reached by that user."""
    for folder in folders:
        make_passable(folder.parent)
        folder.mkdir(exist_ok=True)
        refuse_foreign(folder, user)
        if user and folder.stat().st_uid != user.pw_uid:
            os.chown(folder, user.pw_uid, user.pw_gid)
        folder.chmod(0o700)
        if user and run_as(user, ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)])[0]:
            raise PostgresUnavailable(
                "Running as root, PostgreSQL runs as user %(user)s, who cannot reach %(folder)s. "
                "Set KAKOU_HOME to a folder outside private home folders, such as /var/lib/kakou.",
                user=user.pw_name,
                folder=folder,
            )


def refuse_foreign(folder: Path, user: pwd.struct_passwd | None) -> None:
    """Raise where somebody else has put a folder, or a link, in the way (the short folder lies in /tmp)."""
    found = folder.lstat()
    if stat.S_ISDIR(found.st_mode) and found.st_uid in {os.geteuid(), user.pw_uid if user else -1}:
        return
    raise PostgresUnavailable(
        "%(folder)s belongs to somebody else. Set KAKOU_PG_SOCKET to a folder of your own.", folder=folder
    )


def check_socket_path(socket_dir: Path) -> None:
    """Refuse a folder whose socket would have a longer name than the system can hold."""
    name = socket_dir / ".s.PGSQL.5432"
    if len(os.fsencode(name)) > SOCKET_LIMIT:
        raise PostgresUnavailable(
            "The path of the database socket is too long (%(length)d of %(limit)d bytes): %(name)s. "
            "Set KAKOU_PG_SOCKET to a short folder.",
            length=len(os.fsencode(name)),
            limit=SOCKET_LIMIT,
            name=name,
        )


def _open_to_all(tree: Path) -> None:
    """Public programs, whatever umask they were installed under: all may read and run what we may."""
    for path in (tree, *tree.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | ((mode & 0o500) >> 3) | ((mode & 0o500) >> 6))


def reachable(found: Binaries, user: pwd.struct_passwd | None, beside: Path) -> Path:
    """`found.folder`, or a copy beside the data where `user` cannot run it (an environment under /root)."""
    if user is None or run_as(user, [str(found.folder / "postgres"), "--version"])[0] == 0:
        return found.folder
    package = found.folder.parent.parent
    copy = beside / f"postgres-{found.major}"
    if not copy.exists():
        partial = copy.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        # the server finds its libraries by $ORIGIN/../../../<package>.libs: both keep their places
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, partial / part.name, symlinks=True)
        _open_to_all(partial)
        partial.rename(copy)
    return copy / package.name / found.folder.parent.name / found.folder.name
