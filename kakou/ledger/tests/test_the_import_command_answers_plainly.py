import json

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from click.testing import CliRunner
from django.utils import translation

from kakou import ledger, web
from kakou.access.scope import acting_as_system
from kakou.kernel.errors import Refusal
from kakou.ledger.management.cli import group
from kakou.ledger.models import Passage
from kakou.ledger.tests.test_an_import_is_whole_or_nothing import MAPPING, ROWS, TITLES
from kakou.places.models import Unit
from kakou.web.sheets import write_csv

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def files(tmp_path):
    (tmp_path / "map.toml").write_text(MAPPING, "utf-8")

    def write(rows, name="cars.csv"):
        file = tmp_path / name
        file.write_bytes(write_csv(rows, TITLES))
        return [str(file), "--mapping", str(tmp_path / "map.toml")]

    return write


@pytest.fixture
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def chinese(tmp_path, settings):
    """The .po files as the running system has them, whether or not set-up has compiled them here."""
    from pathlib import Path

    folders = []
    for capability in (web, ledger):
        source = Path(capability.__file__).parent / "locale/zh_Hans/LC_MESSAGES/django.po"
        goal = tmp_path / capability.__name__ / "zh_Hans/LC_MESSAGES"
        goal.mkdir(parents=True)
        with source.open("rb") as po, (goal / "django.mo").open("wb") as mo:
            write_mo(mo, read_po(po))
        folders.append(str(goal.parents[1]))
    settings.LOCALE_PATHS = folders
    translation.trans_real._translations.clear()
    with translation.override("zh-hans"):
        yield
    translation.trans_real._translations.clear()


def run(*arguments):
    return CliRunner().invoke(group, ["import", *arguments])


BAD = [*ROWS, ["2025-02-31 08:00:00", "c1", "east", "1"], ["2025-05-01 08:00:00", "c1", "north", "1"]]


def test_it_says_what_it_did_and_exits_with_0(files, english):
    done = run(*files(ROWS), "--make-places", "--no-stays")
    assert done.exit_code == 0, done.output
    assert "5 rows read, 5 passages of 2 subjects stored, 0 were there already" in done.output


def test_it_folds_what_it_stored(files, english, as_worker):
    done = run(*files(ROWS), "--make-places", "--json")
    assert json.loads(done.stdout)["stored"] == 5
    from kakou.ledger.models import Stay

    with acting_as_system():
        assert Stay.objects.count() == 2


def test_it_lists_every_bad_cell_and_stores_nothing(files, english):
    done = run(*files(BAD), "--make-places")
    assert done.exit_code == 2
    assert "Row 7, column A (t): “2025-02-31 08:00:00” is no day or hour of the calendar." in done.output
    assert "Row 8, column C (gate): The gate “north” is not in the mapping file." in done.output
    assert "2 cells cannot be used. Nothing was imported." in done.output
    with acting_as_system():
        assert not Passage.objects.exists()


def test_it_says_so_in_chinese_too(files, chinese):
    done = run(*files(BAD))
    assert (
        "第 7 行 A 列（t）：“2025-02-31 08:00:00”不是日历上存在的日期或时刻。请按其他行的写法填写时间。" in done.output
    )
    assert "有 2 个单元格不能使用，没有导入任何内容。" in done.output


def test_it_tells_machines_by_row_and_column(files, english):
    done = run(*files(BAD), "--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["imported"], told["count"]) == (2, False, 2)
    assert [(problem["row"], problem["column"], problem["field"]) for problem in told["problems"]] == [
        (7, "A", "time"),
        (8, "C", "gate"),
    ]


def test_a_cell_too_long_to_keep_is_told_by_its_place(files, english):
    done = run(*files([["2025-05-01 08:00:00", "x" * 10**6, "east", "1"]]))
    assert done.exit_code == 2
    assert "Row 2, column B: The text is longer than 32767 characters." in done.output


def test_a_file_of_titles_alone_is_refused_before_any_place_is_made(files, english):
    done = run(*files([]), "--make-places")
    assert isinstance(done.exception, Refusal)
    assert "no row below them" in str(done.exception)
    with acting_as_system():
        assert not Unit.objects.exists()


def test_a_dry_run_says_that_nothing_changed(files, english):
    done = run(*files(ROWS), "--make-places", "--dry-run")
    assert "5 rows checked: 5 passages of 2 subjects would be stored. Nothing was changed." in done.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--mapping", "nowhere.toml"], "no mapping file nowhere.toml. Shipped ones: lekagul"),
        (["--mapping", "lekagul"], "Missing columns: car-id, Timestamp, gate-name"),
    ],
)
def test_what_cannot_be_used_at_all_is_a_refusal(files, english, arguments, told):
    done = run(files(ROWS)[0], *arguments)
    assert isinstance(done.exception, Refusal)
    assert told in str(done.exception)


def test_an_unknown_account_is_refused(files, english):
    done = run(*files(ROWS), "--by", "nobody")
    assert "no active account “nobody”" in str(done.exception)
