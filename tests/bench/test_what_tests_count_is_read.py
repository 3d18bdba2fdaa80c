"""A show tells what tests reported of themselves, pytest's and vitest's alike, and nothing of those that failed."""

import json

from bench.office import hostile
from bench.reports import of_pytest, of_vitest
from bench.show import all_passed
from bench.show_screening import counted, of_suite, taken

PYTEST = """<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite name="pytest" errors="1" failures="1" skipped="1" tests="5">
<testcase classname="tests.test_a" name="test_one[x]" time="0.1"><properties>
  <property name="suite: ran" value="218"/><property name="tries" value="0.5"/><property name="tries" value="1.5"/>
</properties></testcase>
<testcase classname="tests.test_a" name="test_one[y]" time="0.1"/>
<testcase classname="tests.test_a" name="test_two" time="0.1"><properties>
  <property name="suite: passed" value="217"/>
</properties><failure message="no">no</failure></testcase>
<testcase classname="tests.test_b" name="test_three" time="0.1"><skipped message="why">why</skipped></testcase>
<testcase classname="tests.test_b" name="test_four" time="0.1"><error message="no">no</error></testcase>
</testsuite></testsuites>"""

HOSTILE = """<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite name="pytest" errors="0" failures="1" skipped="0" tests="2">
<testcase classname="tests.test_a" name="test_few" time="0.1"><properties>
  <property name="hostile: files at doors" value="200"/><property name="hostile: 5xx" value="0"/>
  <property name="hostile: half done" value="0"/><property name="hostile: MiB at the peak" value="203"/>
</properties></testcase>
<testcase classname="tests.test_a" name="test_whole" time="0.1"><properties>
  <property name="hostile: files at doors" value="1000"/><property name="hostile: 5xx" value="2"/>
  <property name="hostile: half done" value="0"/><property name="hostile: MiB at the peak" value="433"/>
</properties><failure message="no">no</failure></testcase></testsuite></testsuites>"""


def vitest(*results, status="passed"):
    ran = [
        {"fullName": name, "status": one, "meta": {"counts": counts} if counts else {}} for name, one, counts in results
    ]
    return json.dumps({"testResults": [{"name": "/x/verdict.test.ts", "status": status, "assertionResults": ran}]})


def test_passed_failed_and_skipped_are_told_apart():
    report = of_pytest(PYTEST)
    assert [one.outcome for one in report.ran] == ["passed", "passed", "failed", "skipped", "failed"]
    assert (report.passed(), report.passed("test_a", "test_one"), report.passed("test_b")) == (2, 2, 0)
    assert report.wrong() == ["test_two: failed", "test_three: skipped", "test_four: failed"]


def test_a_count_of_a_test_that_failed_is_told_only_when_asked_for():
    report = of_pytest(PYTEST)
    assert report.told("suite: ran") == [218]
    assert report.told("tries") == [0.5, 1.5]
    assert report.told("suite: passed") == []
    assert report.told("suite: passed", only_passed=False) == [217]
    assert report.names() == ["suite: ran", "tries", "suite: passed"]


def test_vitest_is_read_alike():
    report = of_vitest(vitest(("a: b", "passed", {"suite: ran": 218}), ("c", "failed", {}), ("d", "pending", {})))
    assert (report.passed("verdict", ": "), report.told("suite: ran")) == (1, [218])
    assert report.wrong() == ["c: failed", "d: skipped"]


def test_a_file_that_could_not_be_run_at_all_is_a_failure():
    assert of_vitest(vitest(status="failed")).wrong() == ["the file itself: failed"]


def test_a_count_is_held_against_what_is_expected_and_never_invented():
    report = of_pytest(PYTEST)
    assert counted("1", "ran", report, "suite: ran", 218).met is True
    assert counted("1", "ran", report, "suite: ran", 232).met is False
    assert counted("1", "tries", report, "tries").value == 2
    for lost in (counted("1", "x", report, "suite: passed", 218), counted("1", "x", report, "none of it")):
        assert (lost.value, lost.met) == (None, False)
    assert (taken("3", "x", [], "ms").met, taken("3", "x", [3, 1, 2], "ms").value) == (False, 2)
    assert taken("3", "x", [65], "MB", 64).met is False


def test_a_suite_that_fails_in_one_case_is_told_with_its_number():
    figures = list(of_suite("Python", of_pytest(PYTEST)))
    assert [(figure.value, figure.met) for figure in figures if figure.name == "Python: suite, passed"] == [
        (217, False)
    ]
    assert all(figure.met is False for figure in figures if figure.value is None)


def test_no_test_that_passed_is_a_figure_that_is_missed():
    assert [figure.met for figure in all_passed("2", "x", of_vitest(vitest()))] == [False, True]
    assert [figure.met for figure in all_passed("2", "x", of_pytest(PYTEST))] == [True, False]


def test_what_hostile_files_did_is_told_even_of_a_test_that_failed():
    told = {one.name: one for one in hostile.figures_of(of_pytest(HOSTILE))}
    assert told["answers of 500 and more to a file"].met is False
    assert told["refused files that changed a row"].value == 0
    assert told["memory of one process at the most, bounded to 512"].value == 433
    assert told["hostile files sent to doors, in both languages"].value == 1200
    assert told["NOT MEASURED: names at doors that take one"].met is False
