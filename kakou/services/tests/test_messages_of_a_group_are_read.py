"""Text that was copied out of a group is cut into who, when and what, whichever app it comes from; no word is lost."""

import datetime as dt
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.services.rules import Category, Known, guess, is_chatter, language_of, split_messages
from kakou.services.rules.guessing import WORDS, category_of, name_in, phone_in, place_in

NOW = dt.datetime(2021, 8, 10, 12, 45)
TODAY, YESTERDAY = dt.date(2021, 8, 10), dt.date(2021, 8, 9)
NOON = dt.datetime(2021, 8, 10, 12, 30)
PLACES = [
    Known(1, "睢城街道", 0), Known(2, "东城社区", 1), Known(3, "花园小区", 2), Known(4, "花园小区南苑", 2),
    Known(5, "West Garden", 2),
]  # fmt: skip


def read(text):
    return [tuple(one) for one in split_messages(text, now=NOW)]


@pytest.mark.parametrize(
    "head",
    [
        "王小明 2021-08-10 12:30:00",
        "王小明 2021/8/10 12:30",
        "王小明  8/10 12:30:00",
        "王小明 8月10日 12:30",
        "王小明 2021年8月10日 12:30",
        "王小明 今天 12:30",
        "王小明 12:30",
        "王小明 下午 12:30",
        "王小明(2021-08-10 12:30:00)",
        "王小明（8月10日 12:30）：",
        "王小明@微信 8/10 12:30:00",
        "王小明 星期二 12:30",
        "王小明 2021-08-10 周二 12:30",
        "12:30 王小明",
        "2021-08-10 12:30:00 王小明",
        "[8月10日 12:30] 王小明：",
        "【王小明】 8月10日 12:30",
        "王小明 08-10 12:30 PM",
        "王小明\u200b 2021-08-10\u00a012:30:00",
    ],
)
def test_a_line_of_a_name_and_a_time_begins_a_message(head):
    assert read(f"{head}\n三号楼停水了") == [("王小明", NOON, "三号楼停水了")]


@pytest.mark.parametrize("line", ["[8月10日 12:30] 王小明: 停水了", "王小明 12:30：停水了", "12:30 王小明：停水了"])
def test_the_words_may_stand_on_the_same_line(line):
    assert read(line) == [("王小明", NOON, "停水了")]


def test_many_messages_in_the_order_of_the_text():
    text = "王小明 8/9 21:30:03\n花园小区路灯不亮\n第二行\n\n李四 8/10 08:31:11\n收到\n\n\n李四 8/10 09:31:11\n修好了"
    assert read(text) == [
        ("王小明", dt.datetime(2021, 8, 9, 21, 30, 3), "花园小区路灯不亮\n第二行"),
        ("李四", dt.datetime(2021, 8, 10, 8, 31, 11), "收到"),
        ("李四", dt.datetime(2021, 8, 10, 9, 31, 11), "修好了"),
    ]


def test_what_one_person_says_in_a_row_is_one_matter():
    text = "王小明 8/10 10:00:00\n家里停水了\n王小明 8/10 10:02:00\n三号楼\n王小明 8/10 10:30:00\n还没来"
    assert [one[2] for one in read(text)] == ["家里停水了\n三号楼", "还没来"]


def test_a_line_of_the_day_stands_above_its_messages():
    assert read("————— 2021-08-08 —————\n\n王小明  09:20\n\n垃圾没人收") == [
        ("王小明", dt.datetime(2021, 8, 8, 9, 20), "垃圾没人收")
    ]


def test_a_time_that_is_still_to_come_was_yesterday_and_a_day_that_is_was_last_year():
    assert read("王小明 23:10\n停电")[0][1] == dt.datetime(2021, 8, 9, 23, 10)
    assert read("王小明 12/31 23:10\n停电")[0][1] == dt.datetime(2020, 12, 31, 23, 10)
    assert read("王小明 昨天 下午3:10\n停电")[0][1] == dt.datetime(2021, 8, 9, 15, 10)


def test_names_with_a_colon_are_heads_where_the_text_begins_so():
    assert read("王小明:\n三号楼停水\n李四：\n我家也是") == [("王小明", None, "三号楼停水"), ("李四", None, "我家也是")]
    assert read("三号楼停水\n李四：\n我家也是") == [("", None, "三号楼停水\n李四：\n我家也是")]


@pytest.mark.parametrize(
    "text",
    [
        "请于 12:30 前处理垃圾",
        "地址：三号楼\n电话：12345",
        "问题如下：\n停水",
        "开会时间 12:30",
        "8:30 停水，10:00 来水。",
        "13812345678",
    ],
)
def test_a_sentence_begins_nothing(text):
    assert read(text) == [("", None, text)]


def test_an_impossible_date_begins_nothing():
    assert [one[0] for one in read("王小明 2/30 12:30\n停水")] == [""]
    assert [one[0] for one in read("王小明 8/10 29:70\n停水")] == [""]


@given(st.text(max_size=300) | st.text("王小明: 8/10-：12:30\n[]星期二今天年月日pm", max_size=80))
def test_any_text_is_read_and_nothing_is_made_up(text):
    for one in split_messages(text, now=NOW):
        assert one.text.strip()
        assert set(one.text) - {"\n"} <= set(text)
        guess(one.text, one.sender, PLACES)
        is_chatter(one.text)


NAMES = st.text("王李张小明红梅建国", min_size=2, max_size=4)
WORDS_SAID = st.text("停水路灯不亮垃圾楼门口的三四号", min_size=1, max_size=40)
TIMES = st.datetimes(dt.datetime(2021, 1, 1), NOW)
WRITTEN = st.sampled_from(["%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y年%m月%d日 %H:%M:%S", "%m/%d %H:%M:%S"])


@given(st.lists(st.tuples(NAMES, TIMES, WORDS_SAID), min_size=1, max_size=6), WRITTEN)
def test_what_an_app_wrote_is_what_is_read(said, written):
    said = [(name, at.replace(microsecond=0), words) for name, at, words in said]
    text = "\n\n".join(f"{name} {at.strftime(written)}\n{words}" for name, at, words in said)
    found = read(text)
    assert "".join(one[2] for one in found).replace("\n", "") == "".join(words for _, _, words in said)
    assert found[0][:2] == said[0][:2]
    assert {one[:2] for one in found} <= {one[:2] for one in said}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("请打13812345678", "+8613812345678"),
        ("138 1234 5678", "+8613812345678"),
        ("１３８１２３４５６７８", "+8613812345678"),
        ("+86 138-1234-5678", "+8613812345678"),
        ("座机 0516-83321234", "+8651683321234"),
        ("身份证 11010519491231002X", ""),
        ("身份证 320324194912310021", ""),
        ("订单 2021081012304512345", ""),
        ("call +44 20 7946 0958", "+442079460958"),
        ("没有电话", ""),
    ],
)
def test_the_number_to_call_is_found(text, number):
    assert phone_in(text) == number


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("花园小区3号楼", 3), ("花园 小区3号楼", 3), ("花园小区南苑2号楼", 4), ("花园里的灯", 3),
        ("东城社区花园小区", 3),
        ("东城的路", 2), ("at west garden, block 2", 5), ("哪里都不是", None),
    ],
)  # fmt: skip
def test_the_place_is_the_innermost_whose_name_stands_there(text, place):
    assert place_in(text, PLACES) == place


def test_of_two_places_that_fit_equally_none_is_proposed():
    assert place_in("花园里", [Known(3, "花园小区", 2), Known(9, "花园社区", 2)]) is None


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("楼道冒烟了，着火", "danger"), ("老人要去医院透析", "medical"), ("家里没奶粉了，想买菜", "supplies"),
        ("卡口不让进", "gate"), ("三号楼门口的路灯不亮", "facilities"), ("垃圾没人收，很臭", "environment"),
        ("邻居半夜噪音", "neighbours"), ("公司进货，找人开叉车", "enterprise"), ("请问几点", "other"),
        ("The street lamp is out", "facilities"), ("Need insulin from the hospital", "medical"), ("investigate",
        "other"),
    ],
)  # fmt: skip
def test_words_tell_what_it_is_about(text, category):
    assert category_of(text) == category


@given(st.sampled_from([(category, word) for category, words in WORDS.items() for word in words]))
def test_every_word_of_the_table_is_found_by_itself(given_word):
    category, word = given_word
    found = category_of(word)
    assert found is not Category.OTHER
    order = list(WORDS)
    assert order.index(found) <= order.index(category)


def test_who_it_is_about_is_named_in_the_text_or_is_who_sent_it():
    assert guess("联系人：张红梅 13812345678", "网格员", PLACES).name == "张红梅"
    assert guess("我是张红梅，停水了", "网格员", PLACES).name == "张红梅"
    assert guess("我是3号楼的，停水了", "王小明", PLACES).name == "王小明"


THANKS = ["收到", "收到！", "谢谢🙏", "好的", "👍👍", "[图片]", "[强]", "+1", "OK"]
NOTES = ['"王五"加入了群聊', "王五撤回了一条消息", "“王五”邀请“赵六”加入了群聊", "@王小明 收到"]


@pytest.mark.parametrize("text", THANKS + NOTES)
def test_thanks_and_notes_of_the_app_ask_for_nothing(text):
    assert is_chatter(text)


@pytest.mark.parametrize("text", ["停电", "收到，但是还没修好", "谢谢，路灯还是不亮", "[图片] 三号楼漏水", "救命"])
def test_what_asks_for_something_is_not_passed_over(text):
    assert not is_chatter(text)


def test_the_language_is_that_of_the_words():
    assert (language_of("停水"), language_of("no water"), language_of("123")) == ("zh-hans", "en", "zh-hans")


@pytest.mark.parametrize("line", ["@" * 49_000 + " a b", "a" + " " * 49_000 + "b"])
def test_no_long_line_holds_the_desk_up(line):
    """Each took the square of its length: half a minute of the server for one paste."""
    began = time.thread_time()
    assert read(f"{line} 12:30") == [("", None, f"{line} 12:30")]
    assert time.thread_time() - began < 3


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("姓名：张三13812345678", "张三"),
        ("我是李四 3栋", "李四"),
        ("本人住在3栋", ""),
        ("联系人王五 电话13812345678", "王五"),
    ],
)
def test_a_name_ends_before_a_telephone_number_and_never_before_a_door(text, name):
    assert name_in(text) == name


@pytest.mark.parametrize("year", ["0001", "1969", "2200", "9999"])
def test_no_message_is_said_at_an_end_of_the_calendar(year):
    assert read(f"王小明 {year}-01-01 00:30\n停水了") == [("", None, f"王小明 {year}-01-01 00:30\n停水了")]
