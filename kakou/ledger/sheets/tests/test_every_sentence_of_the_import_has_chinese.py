import re
from pathlib import Path

from babel.messages.pofile import read_po

from kakou import ledger
from kakou.ledger.sheets import wording

PLACES = re.compile(r"%\(\w+\)s")


def test_every_sentence_of_the_import_is_worded_in_chinese_with_the_same_places():
    assert ledger.__file__
    with (Path(ledger.__file__).parent / "locale/zh_Hans/LC_MESSAGES/django.po").open("rb") as file:
        catalog = {str(message.id): str(message.string) for message in read_po(file)}
    for name, text in vars(wording).items():
        if name.isupper():
            assert catalog.get(text), f"no Chinese for {name}: {text}"
            assert sorted(PLACES.findall(text)) == sorted(PLACES.findall(catalog[text])), name
