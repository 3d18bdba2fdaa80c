"""No text is ever markup: what looks like a command prints as it is written."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kakou.screening.printing import pass_sheet
from kakou.screening.printing.fonts import covered
from kakou.screening.printing.tests.paper import MADE_ON, a_pass, fonts, squeezed, words

MARKUP = [
    '#eval("1 + 1")', "*x* _y_", "`raw` $a^2$", "// nothing", "/* not */ a", "= head", "- a", "+ b", "\\u{41}",
    "<label>", "@reference", "#panic()", '#read("look.typ")', "[x](y)", "~", "--- ...", '"quoted"', "'s", "\\",
    "{{ x }}", "%(s)s", "</script>",
]  # fmt: skip


def prints_in_its_order(character):
    """Not of a script that runs to the left or draws its letters in another order: a reader of PDF shuffles those."""
    straight = unicodedata.bidirectional(character) in {"L", "EN", "ES", "ET", "CS", "ON"}
    kind = unicodedata.category(character)
    joined = "\u0590" <= character < "\u1100" or "\u1200" <= character < "\u1e00"
    return straight and kind[0] in "LNPS" and not joined and unicodedata.normalize("NFKC", character) == character


LETTERS = st.sampled_from([chr(n) for n in sorted(covered()) if n > 32 and prints_in_its_order(chr(n))])
# a reader takes a hyphen at the end of a line for a word that goes on, and tells none or U+FFFE: none ends a name, and
# where a long one breaks it is not looked for
HYPHENS = str.maketrans("", "", "-\u2010\ufffe")
WRITTEN = st.text(LETTERS, min_size=1, max_size=40).map(lambda name: f"{name}.")
NAMES = WRITTEN | st.lists(st.sampled_from(MARKUP), min_size=1, max_size=2).map(" ".join)


def said(*names):
    passes = [a_pass(n, holder=name, door=name) for n, name in enumerate(names)]
    return words(pass_sheet(passes, unit=names[0], made_on=MADE_ON))


@pytest.mark.parametrize("name", MARKUP)
def test_what_looks_like_markup_is_a_name(name):
    assert said(name).count(squeezed(name)) >= 4  # twice as the unit, as holder, as door


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(NAMES, min_size=10, max_size=10))
@example(["#" * 40] * 10)
@example(["\u200b\ufeff王\u202e迪"] * 10)
@example(["檣ÚRĬC2썁훐粲=䕏£Kîæ-Ň荋ČËĔ𪃾ôkúÀ堖."] * 10)
@example(["§ĥħ䊡-跸%ėÛĮwå¦ı-2."] * 10)
def test_whatever_the_name_it_prints(names):
    found = said(*names).translate(HYPHENS)
    for name in names:
        seen = "".join(c for c in name if unicodedata.category(c) != "Cf").translate(HYPHENS)
        assert found.count(squeezed(seen)) >= 2


def test_white_space_is_a_space_and_what_cannot_be_seen_is_left_out():
    assert "王迪小" in said("王\u200b\u202e迪\t\n\u3000小")


SCRIPTS = {
    "e\u0301mile": "NotoSans-", "Ağaoğlu": "NotoSans-", "Ольга": "NotoSans-", "ئۇيغۇر": "Arabic", "ខ្មែរ": "Khmer",
    "विराट": "Devanagari", "ไทย": "Thai", "አበበ": "Ethiopic", "さくら": "CJK", "김": "CJK",
}  # fmt: skip


@pytest.mark.parametrize("name", SCRIPTS)
def test_other_scripts_print_in_a_font_of_theirs(name):
    used = fonts(pass_sheet([a_pass(holder=name)], unit="幸福里", made_on=MADE_ON))
    assert any(SCRIPTS[name] in font for font in used)
