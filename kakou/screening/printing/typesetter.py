"""The child process in which typst works: a job as JSON on standard input, the PDF on standard output.

Run as a script and without anything of Kakou: what goes wrong or grows in here ends with it. (typst keeps what it has
computed, 200 MB for 500 passes, and does not give it back.) Exit 3: typst refused, its words are on standard error.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Any

import typst

REFUSED = 3


def limit(seconds: int, bytes: int) -> None:
    """No more than this time of a core and this much address space; past it the process is ended."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (bytes, bytes))


def pdf(job: dict[str, Any]) -> bytes:
    """Reads below `root` and the font folders only. A package would have to lie below `root`; none does."""
    return typst.compile(
        job["template"],
        root=job["root"],
        font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=job["fonts"]),
        ignore_system_fonts=True,
        sys_inputs={"data": job["data"]},
        package_path=job["root"],
        package_cache_path=job["root"],
        timestamp=job["timestamp"],
        pdf_tags=job["tagged"],
    )


def main() -> int:
    """One job."""
    job = json.load(sys.stdin)
    limit(job["seconds"], job["bytes"])
    try:
        made = pdf(job)
    except typst.TypstError as failed:
        print(failed.message, file=sys.stderr)
        return REFUSED
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
