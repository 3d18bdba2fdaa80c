"""The people of a bundle, opened as a phone does."""

import base64
import gzip
import json

from kakou.ledger.bundle.parts import BETWEEN
from kakou.ledger.bundle.people import place_of_people
from kakou.vault.sealing import open_alike


def opened_people(key, section, device):
    """What the pieces of `sealed` say together, the people by id. Raises NotOpened."""
    said = {"people": []}
    for number, piece in enumerate(section["sealed"].split(BETWEEN)):
        if piece:
            place = place_of_people(device, section["until"], number)
            plain = open_alike(key, place=place, sealed=base64.b64decode(piece))
            told = json.loads(gzip.decompress(plain))
            said = said | told | {"people": said["people"] + told["people"]}
    return said | {"people": sorted(said["people"])}
