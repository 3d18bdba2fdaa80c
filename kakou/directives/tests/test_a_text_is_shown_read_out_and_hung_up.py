"""A text is cut for a sign by columns, spelled for a voice, printed on a poster with a code to the page of requests."""

import re

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from kakou.directives.tests.handing import handed, places
from kakou.directives.wording import TEMPLATES, screens, spoken, width
from kakou.directives.wording.speech import chinese, english
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
__all__ = ["places"]
DIGITS = {sign: number for number, sign in enumerate("零一二三四五六七八九")}
UNITS = {"十": 10, "百": 100, "千": 1000}
texts = st.text(st.sampled_from("今日测核酸，。：“”20:00-3 abcXYZ℃%é"), max_size=120)


def read_back(said):
    """The number that a Chinese one says, by another way than it was made."""
    high, _, low = said.rpartition("万")
    total = 0
    for part, times in ((high, 10_000), (low, 1)):
        digit = 0
        for sign in part:
            if sign in UNITS:
                total, digit = total + (digit or 1) * UNITS[sign] * times, 0
            else:
                digit = DIGITS[sign]
        total += digit * times
    return total


@given(st.integers(0, 99_999_999))
def test_a_number_is_read_in_chinese_as_it_is(number):
    assert read_back(chinese(number)) == number


@pytest.mark.parametrize(
    ("number", "zh", "en"),
    [
        (10, "十", "ten"), (15, "十五", "fifteen"), (105, "一百零五", "one hundred five"),
        (2021, "二千零二十一", "two thousand twenty-one"),
        (10_000, "一万", "ten thousand"), (100_500, "十万零五百", "one hundred thousand five hundred"),
    ],
)  # fmt: skip
def test_numbers_in_words(number, zh, en):
    assert (chinese(number), english(number)) == (zh, en)


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("今日20:00至21:05", "zh", "今日二十点整至二十一点零五分"),
        ("2021-08-10起，体温37.3℃", "zh", "二零二一年八月十日起，体温三十七点三摄氏度"),
        ("2021年8月10日", "zh", "二零二一年八月十日"),
        ("请拨12345或120，间隔1米，完成率98%", "zh", "请拨幺二三四五或幺二零，间隔一米，完成率百分之九十八"),
        ("from 20:05 on 2021-08-10", "en", "from eight oh five p.m. on ten August two thousand twenty-one"),
        ("call 12345, keep 1 metre, 37.3 ℃", "en",
         "call one two three four five, keep one metre, thirty-seven point three degrees Celsius"),
        ("00:00 and 12:30", "en", "twelve a.m. and twelve thirty p.m."),
    ],
)  # fmt: skip
def test_times_days_and_dialled_numbers_are_spelled(text, language, said):
    assert spoken(text, language) == said


@given(texts, st.sampled_from(["zh", "en"]))
def test_no_digit_is_left_to_guess(text, language):
    assert not re.search(r"\d", spoken(text, language))


@given(texts, st.integers(2, 40), st.integers(1, 4))
def test_every_line_fits_the_sign_and_nothing_is_lost(text, columns, lines):
    found = screens(text, columns=columns, lines=lines)
    assert all(0 < len(one) <= lines for one in found)
    told = [line for one in found for line in one]
    assert all(0 < width(line) <= columns for line in told)
    assert "".join("".join(told).split()) == "".join(text.split())


def test_chinese_counts_double_and_words_stay_whole():
    assert width("今日20:00") == 9
    assert screens("今日20:00核酸检测", columns=8, lines=2) == [["今日", "20:00核"], ["酸检测"]]
    assert screens("Wear a mask", columns=6, lines=2) == [["Wear a", "mask"]]
    assert screens("请戴口罩。", columns=8, lines=1) == [["请戴口"], ["罩。"]]


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_can_be_shown_read_and_printed(name, client, cast, places):
    sign_in(client, cast.commander)
    client.cookies["django_language"] = "en"
    page = client.get("/directives/texts/", {"template": name, "spot": "花园小区", "since": "20:00", "until": "22:00"})
    form = {key: page.context["form"][key].value() for key in ("title_zh", "zh", "title_en", "en", "columns", "lines")}
    assert "花园小区" in form["zh"] and "花园小区" in form["en"]
    made = client.get("/directives/texts/", form)
    assert made.status_code == 200 and made.context["made"]
    pdf = client.get("/directives/texts/poster/", form)
    assert pdf["Content-Type"] == "application/pdf" and pdf.content.startswith(b"%PDF-")


def test_a_directive_becomes_a_text_and_no_number_of_a_person_is_hung_up(client, cast, places):
    sign_in(client, cast.commander)
    with time_machine.travel(AT, tick=False):
        directive = handed(cast.commander, places)
        page = client.get("/directives/texts/", {"directive": directive.pk})
        assert "今晚起各卡口双人值守" in page.content.decode()
        form = {"title_zh": "找人", "zh": "请联系13812345678", "columns": 16, "lines": 2}
        for where in ("", "poster/"):
            assert client.get(f"/directives/texts/{where}", form).status_code == 422
        assert client.get("/directives/texts/").status_code == 200
