"""Protocol packs: what is checked at a gate, of whom, and what the verdict follows from, as dated and signed data.

A pack is JSON (`schema.json`): steps in their order, each with its looks, whom it is compulsory for and for which
reasons it may be left out; numbers that the office may change; rules in CertLogic with their words, in both languages,
and the nearest fix. What is said to people stands in the pack alone, so server, phone and paper say the same.

Shipped beside this file: `cn-2021-08` (第八版, Jiangsu's practice), `cn-2022-06` (第九版, a merge patch of the former),
`who-poe` (border post, viral haemorrhagic fever). An office's own edition is stored, signed and published by
`screening.actions`; its version, `cn-2021-08.2`, stands in every passage that it judged. Pure: no Django, no clock.
"""

from kakou.screening.packs.checking import PackProblem, PackRefused, check_pack, problems_of
from kakou.screening.packs.comparing import Change, compare
from kakou.screening.packs.looking import looks_in_words
from kakou.screening.packs.reading import (
    SHIPPED,
    Content,
    canonical,
    digest,
    read_pack,
    read_version,
    shipped,
    shipped_version,
    version_of,
)
from kakou.screening.packs.trying import Asked, ask_each
from kakou.screening.packs.wording import in_words, reason_text, value_text

__all__ = [
    "SHIPPED",
    "Asked",
    "Change",
    "Content",
    "PackProblem",
    "PackRefused",
    "ask_each",
    "canonical",
    "check_pack",
    "compare",
    "digest",
    "in_words",
    "looks_in_words",
    "problems_of",
    "read_pack",
    "read_version",
    "reason_text",
    "shipped",
    "shipped_version",
    "value_text",
    "version_of",
]
