"""`python -m bench.bundle`: how large a bundle is, which section that is, and what one changed pass costs a phone.

Rows of the shapes that the sections have, with drawn content; encrypted people are as long as their packed text and the
28 bytes of nonce and tag.
"""

from __future__ import annotations

import base64
import gzip
import random
from typing import Any

from kakou.ledger.bundle.parts import BETWEEN, digest, text

PEOPLE, PASSES = 27_000, 10_000
CUT_IN = (1, 16, 64, 128, 256)
LETTERS, SURNAMES = "abcdefghjklmnpqrstwxyz", "王李张刘陈杨赵黄周吴徐孙"


def passes(lots: random.Random) -> list[list[Any]]:
    """As `screening.queries.bundle.passes_told` tells them."""
    return sorted(
        [_b64(lots.randbytes(16)), "resident", "2021-08-01", "2021-12-31", False, _b64(lots.randbytes(8))]
        for _ in range(PASSES)
    )


def people(lots: random.Random, tags: list[str]) -> list[list[Any]]:
    """As `ledger.bundle.people` seals them; the first ones hold a pass each."""
    return [
        [
            f"017b2f00-{lots.randrange(65536):04x}-7{lots.randrange(4096):03x}-8{lots.randrange(4096):03x}-"
            f"{lots.randrange(2**48):012x}",
            f"{lots.choice(SURNAMES)}**", "".join(lots.choices(LETTERS, k=3)), f"{lots.randrange(10_000):04}",
            f"{lots.randrange(10_000):04}", "resident_registered", [], tags[number : number + 1],
        ]
        for number in range(PEOPLE)
    ]  # fmt: skip


def sealed(rows: list[list[Any]], pieces: int, lots: random.Random) -> str:
    """So many pieces, by the last bits of the id."""
    packed = [
        gzip.compress(text({"people": [row for row in rows if int(row[0][-2:], 16) % pieces == number]}), 6, mtime=0)
        for number in range(pieces)
    ]
    return BETWEEN.join(_b64(lots.randbytes(28 + len(piece))) for piece in packed)


def main() -> None:
    """The whole, then for each way of cutting the list, one piece of each section, and the ratio."""
    lots = random.Random(1)
    roster = passes(lots)
    rows = people(lots, [entry[0] for entry in roster])
    whole = {"roster": {"passes": roster}, "people": {"sealed": sealed(rows, 1, lots)}}
    size = {name: len(text(section)) for name, section in whole.items()}
    total = sum(size.values()) * 4 / 3  # base64 of the JWS
    print(f"{PEOPLE:,} people, {PASSES:,} passes: {total / 1e6:.2f} MB in all")
    for name, bytes_ in size.items():
        print(f"  {name}: {bytes_ / 1e6:.2f} MB of JSON, {100 * bytes_ / sum(size.values()):.0f} %")
    print(f"{'pieces':>6} {'list':>8} {'passes':>8} {'people':>8} {'in all':>8} {'whole / changed':>16}")
    for pieces in CUT_IN:
        listed = len(text([["people/00", digest(0)]] * 2 * pieces)) * 4 / 3
        one = size["roster"] / pieces, len(sealed(rows, pieces, lots)) / pieces
        changed = listed + sum(one)
        print(f"{pieces:>6} {listed:>8.0f} {one[0]:>8.0f} {one[1]:>8.0f} {changed:>8.0f} {total / changed:>16.1f}")


def _b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


if __name__ == "__main__":
    main()
