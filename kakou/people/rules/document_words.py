"""What people write for a kind of document, in both languages. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from kakou.people.rules.documents import DocumentKind

# the first word is the Chinese one of our own sheets, the second the English one
DOCUMENTS: Mapping[DocumentKind, tuple[str, ...]] = {
    DocumentKind.RESIDENT_ID: ("居民身份证", "resident identity card", "身份证", "户口簿", "10"),
    DocumentKind.HK_MACAO_PERMIT: (
        "港澳居民来往内地通行证", "hong kong or macao permit", "港澳通行证", "回乡证", "14",
    ),
    DocumentKind.TAIWAN_PERMIT: ("台湾居民来往大陆通行证", "taiwan permit", "台胞证", "15"),
    DocumentKind.TAIWAN_SINGLE_ENTRY: ("一次性台湾居民来往大陆通行证", "taiwan permit, single entry", "16"),
    DocumentKind.PASSPORT: ("护照", "passport", "20"),
    DocumentKind.PERMANENT_RESIDENCE: ("外国人永久居留身份证", "permanent residence card", "永居证", "34"),
    DocumentKind.OTHER: ("其他证件", "another document", "其他", "99"),
}  # fmt: skip
DOCUMENT_OF = {word: kind for kind, words in DOCUMENTS.items() for word in words}
