import re
from pathlib import Path

from kakou.ledger.pages.words import UNFIT

CONTRACT = (Path(__file__).parents[3] / "contracts" / "README.md").read_text(encoding="utf-8")


def test_the_desk_words_every_reason_of_the_contract_and_no_other():
    (listed,) = re.findall(r"^Reasons: (.*?)\.\n\n", CONTRACT, re.DOTALL | re.MULTILINE)
    assert set(UNFIT) == set(re.findall(r"`([a-z-]+)`", listed))
