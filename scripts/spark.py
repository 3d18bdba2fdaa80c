"""Find a Java and PySpark for `make test-spark`, or install them: the system's package as root, the lock for the other.

Prints what it found. Without them the tests of tracing over a cluster are skipped aloud; under CI that is a failure.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements-spark.lock"


def java() -> str | None:
    """The path of a Java; installed where there is none."""
    if not shutil.which("java") and os.geteuid() == 0 and shutil.which("apt-get"):
        print("  no Java found; installing one …", flush=True)
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update", "-qq"], ["install", "-y", "-qq", "default-jre-headless"]):
            subprocess.run(["apt-get", *words], check=False, env=env, capture_output=True)
    return shutil.which("java")


def pyspark() -> str | None:
    """Where PySpark lies; installed where it is not, or is not the one of the lock."""
    uv = Path(sys.executable).with_name("uv")
    words = [uv, "pip", "install", "-q", "--python", sys.executable, "--require-hashes", "-r", LOCK]
    subprocess.run(words, check=False)
    importlib.invalidate_caches()
    found = importlib.util.find_spec("pyspark")
    return found.origin if found else None


def main() -> int:
    """0 when both are there, or when their absence is only told."""
    missing = 0
    for what, path, fix in (
        ("Java", java(), "Debian, Ubuntu: apt install default-jre-headless"),
        ("PySpark", pyspark(), f"uv pip install --require-hashes -r {LOCK.name}"),
    ):
        if path:
            print(f"  {what} for the tests: {path}")
        else:
            missing = 1
            print(f"  NO {what.upper()}: tracing over a cluster will not run ({fix})", file=sys.stderr)
    return missing if os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
