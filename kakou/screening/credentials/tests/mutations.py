"""The ways in which the fuzzer changes credentials, one function each, from the characters inwards."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice, product
from typing import Any
from uuid import UUID

import base45 as library
import cbor2
from cryptography.hazmat.primitives.asymmetric import ec

from kakou.screening.credentials import base45, cose, verify
from kakou.screening.credentials.tests.issuing import (
    ES256,
    NOW,
    PS256,
    CardIssuer,
    DccIssuer,
    b64,
    chunks,
    deflated,
    digits,
    hc1,
    minified,
    numeric,
    recovered,
    swabbed,
    vaccinated,
)
from kakou.screening.passes import pass_text

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
ODD = "\x00\n\r\t %é中😀\u202e\u0661\ufeff\ud800\uff21ſ"  # characters that other programs read as something else


@dataclass(frozen=True)
class Mutant:
    """One changed text, and the text it was made from."""

    name: str
    text: str
    sample: str = ""
    genuine: bool = False  # signed again with the trusted key, or a pass: taking it is no forgery


@dataclass(frozen=True)
class Certificate:
    """An EU certificate in its layers."""

    issuer: DccIssuer
    text: str
    packed: bytes
    message: bytes
    protected: bytes
    unprotected: dict[Any, Any]
    payload: bytes
    signature: bytes

    @classmethod
    def of(cls, issuer: DccIssuer, certificate: dict[str, Any], **headers: Any) -> Certificate:
        message = issuer.message(issuer.claims(certificate), **headers)
        signed = cose.read(message)
        text = hc1(message)
        unprotected = headers.get("unprotected", {})
        packed = base45.decode(text[4:])
        return cls(issuer, text, packed, message, signed.protected, unprotected, signed.payload, signed.signature)

    def with_(self, **changed: Any) -> str:
        """The text with other headers, payload or signature; the signature stays unless it is changed too."""
        parts = {"protected": self.protected, "unprotected": self.unprotected, "signature": self.signature, **changed}
        return hc1(self.issuer.message(parts.pop("payload", self.payload), **parts))

    def signed_again(self, payload: bytes) -> str:
        return hc1(self.issuer.message(payload, protected=self.protected, unprotected=self.unprotected))


@dataclass(frozen=True)
class Card:
    """A SMART Health Card in its parts."""

    issuer: CardIssuer
    token: str

    @property
    def parts(self) -> list[str]:
        return self.token.split(".")

    @property
    def packed(self) -> bytes:
        return base64.urlsafe_b64decode(self.parts[1] + "==")


class Workshop:
    """Samples, trusted and forgers' keys, and a hand that changes one thing at a time."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        xanadu, by_rsa, long = DccIssuer.new(), DccIssuer.new(rsa_bits=2048), DccIssuer.new(curve=ec.SECP384R1())
        self.forger, self.card_forger = DccIssuer.new(), CardIssuer.new()
        clinic = CardIssuer.new()
        self.trust = xanadu.trust | by_rsa.trust | long.trust | clinic.trust
        self.certificates = [
            Certificate.of(xanadu, vaccinated()),
            Certificate.of(xanadu, swabbed(), protected={1: ES256}, unprotected={4: xanadu.kid}),
            Certificate.of(xanadu, recovered(), head=b"\xd8\x3d\xd2"),
            Certificate.of(by_rsa, vaccinated()),
            Certificate.of(long, swabbed()),
        ]
        self.cards = [Card(clinic, clinic.token()), Card(clinic, clinic.token(clinic.payload(rid="MKyCxh7p6uQ")))]
        self.said = {
            text: verify(text, trust=self.trust, at=NOW)
            for text in [*(c.text for c in self.certificates), *(numeric(card.token) for card in self.cards)]
        }
        self.bombs = _bombs()

    def next_mutant(self) -> Mutant:
        """One that differs from its sample."""
        while (mutant := self.dice.choice(MUTATIONS)(self)).text == mutant.sample:
            pass
        return mutant

    def certificate(self) -> Certificate:
        return self.dice.choice(self.certificates)

    def card(self) -> Card:
        return self.dice.choice(self.cards)

    def text(self) -> str:
        return self.dice.choice(list(self.said))

    def flipped(self, raw: bytes) -> bytes:
        """A few bits changed, or bytes taken out, put in, doubled."""
        changed = bytearray(raw)
        for _ in range(self.dice.choice((1, 1, 1, 2, 4, 16))):
            place = self.dice.randrange(len(changed) + 1)
            way = self.dice.randrange(6)
            if way < 3 and place < len(changed):
                changed[place] ^= 1 << self.dice.randrange(8)
            elif way == 3:
                del changed[place : place + self.dice.randrange(1, 9)]
            elif way == 4:
                changed[place:place] = self.dice.randbytes(self.dice.randrange(1, 9))
            elif place < len(changed):
                changed[place] = self.dice.choice((0x00, 0x7F, 0x80, 0xFF, 0x9F, 0xBF, 0x5F, 0xFB, 0xC2, 0xDB))
        return bytes(changed)

    def mutant(self, name: str, text: str, sample: str = "", *, genuine: bool = False) -> Mutant:
        return Mutant(name, text, sample, genuine)


MUTATIONS: list[Callable[[Workshop], Mutant]] = []


def mutation(change: Callable[[Workshop], tuple[str, ...]]) -> Callable[[Workshop], Mutant]:
    """Registers a mutation that gives (text, the sample it was made from)."""

    def mutate(shop: Workshop) -> Mutant:
        return shop.mutant(change.__name__, *change(shop))

    MUTATIONS.append(mutate)
    return mutate


def genuine(change: Callable[[Workshop], str]) -> Callable[[Workshop], Mutant]:
    """Registers a mutation whose result bears a good signature."""

    def mutate(shop: Workshop) -> Mutant:
        return shop.mutant(change.__name__, change(shop), genuine=True)

    MUTATIONS.append(mutate)
    return mutate


# --- characters -------------------------------------------------------------------------------------------------------


@mutation
def characters(shop: Workshop) -> tuple[str, str]:
    text = shop.text()
    letters = list(text)
    for _ in range(shop.dice.choice((1, 1, 2, 5, 50))):
        pool = base45.ALPHABET.decode() if shop.dice.random() < 0.7 else ODD
        letters[shop.dice.randrange(len(letters))] = shop.dice.choice(pool)
    return "".join(letters), text


@mutation
def cut_or_doubled(shop: Workshop) -> tuple[str, str]:
    text = shop.text()
    begin, end = sorted(shop.dice.randrange(len(text) + 1) for _ in range(2))
    return shop.dice.choice((text[:begin], text[end:], text[:begin] + text[end:], text[:end] + text[begin:])), text


@mutation
def other_case(shop: Workshop) -> tuple[str, str]:
    text = shop.text()
    return shop.dice.choice((text.lower(), text.upper(), text.swapcase(), text[:5].lower() + text[5:])), text


@mutation
def white_space(shop: Workshop) -> tuple[str, str]:
    text, space = shop.text(), shop.dice.choice((" ", "\n", "\r\n", "\t", "\u3000", "\u200b", "\x00"))
    place = shop.dice.choice((0, len(text), shop.dice.randrange(len(text))))
    return text[:place] + space + text[place:], text


@mutation
def noise(shop: Workshop) -> tuple[str]:
    prefix = shop.dice.choice(("", "HC1:", "HC2:", "shc:/", "shc:/1/2/", "KP", "eyJ", "eyJ."))
    pool = shop.dice.choice((base45.ALPHABET.decode(), "0123456789", ODD, "abcXYZ019-_."))
    return (prefix + "".join(shop.dice.choices(pool, k=shop.dice.choice((0, 1, 7, 100, 8_000, 9_000)))),)


@genuine
def misread_pass(shop: Workshop) -> str:
    letters = list(pass_text(UUID(int=shop.dice.getrandbits(128))))
    for _ in range(shop.dice.randrange(4)):
        letters[shop.dice.randrange(2, len(letters))] = shop.dice.choice("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ- ٣")
    return "".join(letters)


# --- EU certificates --------------------------------------------------------------------------------------------------


@mutation
def packed_bits(shop: Workshop) -> tuple[str, str]:
    sample = shop.certificate()
    return "HC1:" + library.b45encode(shop.flipped(sample.packed)).decode(), sample.text


@mutation
def packed_otherwise(shop: Workshop) -> tuple[str, str]:
    sample = shop.certificate()
    packed = zlib.compress(sample.message, shop.dice.randrange(10))
    rest = shop.dice.choice((b"", b"", b"\x00", packed))
    return "HC1:" + library.b45encode(packed + rest).decode(), sample.text


@mutation
def message_bits(shop: Workshop) -> tuple[str, str]:
    sample = shop.certificate()
    return hc1(shop.flipped(sample.message)), sample.text


@mutation
def message_with_more(shop: Workshop) -> tuple[str, str]:
    sample = shop.certificate()
    return hc1(
        sample.message + shop.dice.choice((b"\x00", b"\xf6", sample.message, shop.dice.randbytes(9)))
    ), sample.text


@mutation
def other_tags(shop: Workshop) -> tuple[str, str]:
    sample = shop.certificate()
    bare = cbor2.dumps([sample.protected, sample.unprotected, sample.payload, sample.signature])
    head = shop.dice.choice(
        (b"", b"\xd2", b"\xd8\x3d\xd2", b"\xd8\x3d", b"\xd2\xd2", b"\xd9\xd9\xf7", b"\xd8\x12", b"\xd0")
    )
    return hc1(head + bare), sample.text


@mutation
def payload_bits(shop: Workshop) -> tuple[str, str]:
    sample = shop.certificate()
    return sample.with_(payload=shop.flipped(sample.payload)), sample.text


@mutation
def protected_bits(shop: Workshop) -> tuple[str, str]:
    sample = shop.certificate()
    return sample.with_(protected=shop.flipped(sample.protected)), sample.text


@mutation
def unsigned_header(shop: Workshop) -> tuple[str, str]:
    sample = shop.certificate()
    label = shop.dice.choice((1, 2, 3, 4, 33, "x", 1.0, True, None))
    value = shop.dice.choice((ES256, PS256, 0, b"another1", sample.issuer.kid, [1], {}, "x"))
    return sample.with_(unprotected={**sample.unprotected, label: value}), sample.text


@mutation
def doubled_header(shop: Workshop) -> tuple[str, str]:
    sample = shop.certificate()
    label, kid = shop.dice.choice((1, 4)), sample.issuer.kid
    pairs = [(1, sample.issuer.algorithm), (4, kid), (label, shop.dice.choice((ES256, PS256, kid, b"another1")))]
    shop.dice.shuffle(pairs)
    header = b"\xa3" + b"".join(cbor2.dumps(part) for pair in pairs for part in pair)
    if shop.dice.random() < 0.5:
        return sample.with_(protected=header), sample.text
    parts = [cbor2.dumps(sample.protected), header, cbor2.dumps(sample.payload), cbor2.dumps(sample.signature)]
    return hc1(b"\xd2\x84" + b"".join(parts)), sample.text


@mutation
def other_algorithm(shop: Workshop) -> tuple[str, str]:
    sample = shop.certificate()
    header = {1: shop.dice.choice((ES256, PS256, -8, -35, -257, 4, 5, 0, "none", None, 7)), 4: sample.issuer.kid}
    signer = shop.dice.choice((sample.issuer, shop.forger))
    protected = cbor2.dumps(header)
    honest = header[1] == sample.issuer.algorithm and signer is sample.issuer
    signature = b"" if honest else signer.sign(protected, sample.payload)
    return sample.with_(protected=protected, signature=signature), sample.text


@mutation
def other_signature(shop: Workshop) -> tuple[str, str]:
    sample, other = shop.certificate(), shop.certificate()
    r, s = sample.signature[:32], int.from_bytes(sample.signature[32:], "big")
    kinds = [
        bytes(len(sample.signature)), b"", sample.signature[:-1], sample.signature + b"\0", other.signature,
        shop.flipped(sample.signature), shop.forger.sign(sample.protected, sample.payload),
        r + ((P256_ORDER - s) % P256_ORDER).to_bytes(32, "big"),  # verifies too, on P-256: the curve is symmetric
        b"\xff" * 64, b"\0" * 31 + b"\1" + b"\0" * 31 + b"\1",
    ]  # fmt: skip
    return sample.with_(signature=shop.dice.choice(kinds)), sample.text


@mutation
def other_key(shop: Workshop) -> tuple[str, str]:
    sample = shop.certificate()
    kid = shop.dice.choice((sample.issuer.kid, shop.forger.kid, shop.certificate().issuer.kid, b"", b"another1"))
    payload = shop.forger.claims(vaccinated())
    return hc1(shop.forger.message(payload, protected={1: ES256, 4: kid})), sample.text


@mutation
def bomb(shop: Workshop) -> tuple[str]:
    return (shop.dice.choice(shop.bombs),)


@mutation
def wild_message(shop: Workshop) -> tuple[str]:
    parts = [shop.dice.choice((_wild(shop), cbor2.dumps(_item(shop, 4)))) for _ in range(4)]
    message = shop.dice.choice(
        (
            _wild(shop),
            cbor2.dumps(_item(shop, 6)),
            b"\xd2\x84" + b"".join(parts),
            b"\xd2\x84\x40" + _wild(shop) + b"\x40\x40",
            cbor2.dumps([parts[0], {}, parts[1], parts[2]]),
        )
    )
    return (hc1(message),)


@genuine
def payload_signed_again(shop: Workshop) -> str:
    sample = shop.certificates[shop.dice.choice((0, 1, 2, 4))]
    return sample.signed_again(shop.flipped(sample.payload))


@genuine
def wild_payload_signed(shop: Workshop) -> str:
    sample = shop.certificates[0]
    wild = shop.dice.choice((_wild(shop), cbor2.dumps(_item(shop, 6)), sample.issuer.claims(_item(shop, 5))))
    return sample.signed_again(wild)


@genuine
def field_signed_again(shop: Workshop) -> str:
    certificate = json.loads(json.dumps(shop.dice.choice((vaccinated(), swabbed(), recovered()))))
    group = next(name for name in "vtr" if name in certificate)
    place = shop.dice.choice((certificate, certificate["nam"], certificate[group][0]))
    place[shop.dice.choice([*place, "v", "t", "r", "x"])] = _item(shop, 2)
    return shop.certificates[0].issuer.issue(certificate)


# --- SMART Health Cards -----------------------------------------------------------------------------------------------


@mutation
def token_characters(shop: Workshop) -> tuple[str, str]:
    card = shop.card()
    letters = list(card.token)
    for _ in range(shop.dice.choice((1, 1, 3))):
        place = shop.dice.choice((shop.dice.randrange(len(letters)), len(letters) - 1, card.token.index(".") - 1))
        letters[place] = shop.dice.choice("ABCDwxyz0189-_.=+/")
    token = "".join(letters)
    return shop.dice.choice((token, numeric(token) if min(token) >= "-" else token)), numeric(card.token)


@mutation
def other_header(shop: Workshop) -> tuple[str, str]:
    card = shop.card()
    header: dict[str, Any] = {"zip": "DEF", "alg": "ES256", "kid": card.issuer.kid}
    change = shop.dice.choice(
        (
            {"alg": "none"}, {"alg": "None"}, {"alg": ""}, {"alg": ["ES256"]}, {"alg": "HS256"}, {"alg": "ES384"},
            {"kid": [card.issuer.kid]}, {"kid": shop.card_forger.kid}, {"kid": ""}, {"kid": None}, {"crit": ["alg"]},
            {"b64": False}, {"jwk": shop.card_forger.jwk}, {"x5c": ["AAAA"]}, {"jku": "https://x.example"},
            {"zip": "GZ"}, {"zip": None}, {"cty": "x"},
        )
    )  # fmt: skip
    signer = shop.dice.choice((card.issuer, shop.card_forger))
    raw = minified({**header, **change})
    if shop.dice.random() < 0.3:
        raw = minified(header)[:-1] + b"," + minified(change)[1:]  # the same key twice, or one more
    signed = f"{b64(raw)}.{card.parts[1]}"
    secret = json.dumps(card.issuer.jwk).encode()
    keyed = hmac.digest(secret, signed.encode(), hashlib.sha256)
    signature = shop.dice.choice((b"", signer.sign(signed), keyed, base64.urlsafe_b64decode(card.parts[2] + "==")))
    return numeric(f"{signed}.{b64(signature)}"), numeric(card.token)


@mutation
def card_payload_bits(shop: Workshop) -> tuple[str, str]:
    card = shop.card()
    head, _, tail = card.parts
    plain = zlib.decompress(card.packed, -15)
    changed = shop.dice.choice((shop.flipped(card.packed), deflated(shop.flipped(plain))))
    return numeric(f"{head}.{b64(changed)}.{tail}"), numeric(card.token)


@mutation
def card_signature(shop: Workshop) -> tuple[str, str]:
    card, other = shop.card(), shop.card()
    head, body, tail = card.parts
    raw = base64.urlsafe_b64decode(tail + "==")
    s = int.from_bytes(raw[32:], "big")
    changed = shop.dice.choice(
        (
            b"", bytes(64), shop.flipped(raw), base64.urlsafe_b64decode(other.parts[2] + "=="),
            shop.card_forger.sign(f"{head}.{body}"), raw[:32] + (P256_ORDER - s).to_bytes(32, "big"),
        )
    )  # fmt: skip
    return numeric(f"{head}.{body}.{b64(changed)}"), numeric(card.token)


@mutation
def card_of_another(shop: Workshop) -> tuple[str]:
    issuer = shop.dice.choice((shop.card_forger, shop.card_forger.called("https://other.example")))
    kid = shop.dice.choice((shop.cards[0].issuer.kid, issuer.kid))
    return (numeric(issuer.token(header={"zip": "DEF", "alg": "ES256", "kid": kid})),)


@mutation
def parts_played_with(shop: Workshop) -> tuple[str, str]:
    card = shop.card()
    parts = chunks(card.token, shop.dice.randrange(1, 9))
    for _ in range(shop.dice.randrange(3)):
        place = shop.dice.randrange(len(parts)) if parts else 0
        way = shop.dice.randrange(6)
        if way == 0 and parts:
            del parts[place]
        elif way == 1 and parts:
            parts.append(parts[place])
        elif way == 2:
            parts += chunks(shop.card().token, shop.dice.randrange(1, 9))[:1]
        elif way == 3 and parts:
            number = shop.dice.choice(("0", "00", "1", "2", "99", "100", "-1", "1.0", "٢", ""))
            fields = parts[place].split("/")
            fields[shop.dice.choice((1, 2)) if len(fields) > 2 else 1] = number
            parts[place] = "/".join(fields)
        else:
            shop.dice.shuffle(parts)
    return shop.dice.choice((" ", "\n", "\t\n", "", "\u3000", ",")).join(parts), numeric(card.token)


@mutation
def long_digits(shop: Workshop) -> tuple[str]:
    size = shop.dice.choice((1, 99, 8_000, 8_187, 8_190, 20_000, 100_000))
    return (shop.dice.choice(("shc:/", "shc:/1/1/", "shc:/1/")) + shop.dice.choice("0123456789") * size,)


@mutation
def bare_or_in_digits(shop: Workshop) -> tuple[str, str]:
    card = shop.card()
    forms = (card.token, numeric(card.token), "shc:/" + digits(card.token)[:-1], "shc://" + digits(card.token))
    return shop.dice.choice(forms), numeric(card.token)


@genuine
def card_signed_again(shop: Workshop) -> str:
    card = shop.card()
    plain = zlib.decompress(card.packed, -15)
    if shop.dice.random() < 0.5:
        return numeric(card.issuer.token(shop.flipped(plain)))
    told = json.loads(plain)
    parent, key = told, shop.dice.choice(list(told))
    while isinstance(place := parent[key], dict | list) and place and shop.dice.random() < 0.8:
        parent, key = place, shop.dice.choice(list(place) if isinstance(place, dict) else range(len(place)))
    parent[key] = shop.dice.choice((None, True, 1, -1.5, 1e308, "", "\ud800", [], {}, [[]], {"coding": [{}]}, "x" * 99))
    return numeric(card.issuer.token(told))


@genuine
def wild_card_signed(shop: Workshop) -> str:
    depth = shop.dice.choice((10, 1_000, 30_000))
    wild = shop.dice.choice(
        (
            b"[" * depth, b'{"a":' * depth, b'{"iss":' + b"[" * depth + b"]" * depth + b"}", b"1" * depth,
            b'{"iss":1e999}', b'{"nbf":NaN}', b"\xef\xbb\xbf{}", b"{}", b"null", b'"', b"\xff", shop.dice.randbytes(99),
            b'{"iss":"x","iss":"y"}', b'{"nbf":' + b"9" * 5_000 + b"}",
        )
    )  # fmt: skip
    return shop.card().issuer.token(wild)


# --- what mutations are made of ---------------------------------------------------------------------------------------


def _map(keys: list[bytes]) -> bytes:
    return b"\xb9" + len(keys).to_bytes(2, "big") + b"".join(key + b"\x00" for key in keys)


LONG = [
    *(b"\x99" + many.to_bytes(2, "big") + b"\x80" * many for many in (100, 5_000, 30_000)),
    *(b"\xc2\x59" + many.to_bytes(2, "big") + b"\xff" * many for many in (100, 5_000)),
    *(_map([b"\x19%c%c" % divmod(number, 256) for number in range(many)]) for many in (100, 5_000, 15_000)),
    # every key has the same hash, for that of -1 is that of -2
    *(_map([b"\x8b" + bytes(key) for key in islice(product(b"\x20\x21", repeat=11), many)]) for many in (100, 600)),
]


def _wild(shop: Workshop) -> bytes:
    """Bytes that CBOR readers stumble over."""
    depth = shop.dice.choice((14, 17, 400, 20_000))
    heads = (b"\x81", b"\xa1\x00", b"\xa1", b"\xc1", b"\xd8\x3d", b"\x9f", b"\xbf\x00", b"\xd8\x1c\x81")
    head = shop.dice.choice(heads)
    return shop.dice.choice(
        (
            head * depth,
            head * depth + b"\x00",
            bytes([shop.dice.choice((0x5B, 0x7B, 0x9B, 0xBB))]) + shop.dice.randbytes(8) + b"\x00",
            b"\x9b" + (1 << 62).to_bytes(8, "big"),
            shop.dice.choice(LONG),
            shop.dice.choice(LONG),
            b"\xc5\x82\x1b" + b"\x7f" * 8 + b"\x01",
            b"\xd8\x23\x66(a+)+$",
            b"\xd8\x1c\x81\xd8\x1d\x00",
            b"\x62\xff\xfe",
            shop.dice.randbytes(shop.dice.choice((0, 1, 9, 300, 3_000))),
        )
    )


def _item(shop: Workshop, depth: int) -> Any:
    """A random item of CBOR."""
    dice = shop.dice
    if depth == 0 or dice.random() < 0.3:
        return dice.choice(
            (0, -1, 2**63, -(2**64), 2**70, 1.5, float("nan"), float("inf"), True, None, b"", b"x" * 9, "", "v", "中",
             cbor2.CBORTag(0, "x"), cbor2.CBORTag(1, 1), cbor2.CBORTag(35, "("), cbor2.undefined)
        )  # fmt: skip
    size = dice.randrange(4)
    if dice.random() < 0.4:
        return [_item(shop, depth - 1) for _ in range(size)]
    keys = (1, 4, 6, -260, "v", "t", "r", "nam", "dob", "fn", 1.0, True, None, b"k", (1, 2))
    return {dice.choice(keys): _item(shop, depth - 1) for _ in range(size)}


def _bombs() -> list[str]:
    """Texts of at most 8 kB that would fill the memory."""
    made = []
    for size in (70_000, 1 << 20, 5 << 20):
        for layers in (1, 2, 3):
            packed = bytes(size)
            for _ in range(layers):
                packed = zlib.compress(packed, 9)
            made.append("HC1:" + library.b45encode(packed).decode())
    forger = CardIssuer.new()
    made += [numeric(forger.token(packed=deflated(bytes(size)))) for size in (70_000, 1 << 20)]
    made.append(forger.token(packed=deflated(deflated(bytes(4 << 20)))))
    return made
