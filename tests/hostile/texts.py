"""Names and texts that have broken systems: dots, rare Han, emoji, directions, NUL, forms of Unicode, lengths."""

from __future__ import annotations

import unicodedata

DOTTED = {
    "a middle dot": "阿卜杜热合曼\u00b7买买提",
    "a bullet": "阿卜杜热合曼\u2022买买提",
    "a hyphenation point": "阿卜杜热合曼\u2027买买提",
    "a dot of katakana": "阿卜杜热合曼\u30fb买买提",
    "a full stop": "阿卜杜热合曼.买买提",
    "a wide full stop": "阿卜杜热合曼\uff0e买买提",
}
FIFTY = "·".join(
    ["阿卜杜热合曼", "买买提", "依布拉音", "吐尔逊", "艾合买提", "玉素甫", "居马洪", "库尔班", "热依木", "尼亚孜"]
)[:50]
ACCENTED = "Zoë Müller Đặng Thị Hồng"
# kept as they were typed
KEPT = {
    **DOTTED,
    "Ext B": "𠮷田\U00020164",
    "Ext B to H": "王\U0002a700\U0002b740\U00030000\U00031350",
    "a compatibility ideograph": "\uf900和平",
    "a variation selector": "葛\U000e0100城",
    "composed accents": unicodedata.normalize("NFC", ACCENTED),
    "accents of their own": unicodedata.normalize("NFD", ACCENTED),
    "full width": "ＡＮＮＡ　Ｓｍｉｔｈ",
    "half width": "ｱﾌﾞﾄﾞｩﾙ",
    "emoji": "王小明🙂",
    "a family of emoji": "李\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "right to left": "עבד אל־רחמן",
    "Uyghur": "ئابدۇراخمان مەمەت",
    "Tibetan": "བཀྲ་ཤིས་དོན་གྲུབ།",
    "fifty characters": FIFTY,
    "an apostrophe": "Niall O’Dowd'; --",
    "a formula": "=1+1王",
    "a tag": "<b>王</b>",
    "braces": "王{{7*7}}%s%(x)d",
}
# no name, and told so
UNFIT = {
    "NUL": "王\0小明",
    "a bell": "王\a小明",
    "a direction turned around": "王\u202e小明",
    "an isolate": "\u2066王小明\u2069",
    "a line separator": "王\u2028小明",
    "no character": "王\uffff小明",
    "nothing but spaces": "\u3000\u200b \u00a0",
    "too long": "王" * 65,
    "a million characters": "x" * 1_000_000,
}
TEXTS = {
    **KEPT,
    **UNFIT,
    "a thousand accents": "e" + "\u0301" * 1000,
    "3,000 characters": "长" * 3000,
    "a huge number": "9" * 400,
}
QUICK = ("NUL", "a million characters")
