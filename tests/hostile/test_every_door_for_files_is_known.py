"""Whatever reads a file or a body that somebody sends stands in the table of doors, so that hostile files are tried on
it: found by walking every route's code and whatever of ours it calls, and the commands that take a path."""

from __future__ import annotations

import dis
import functools
import re
import types
from collections.abc import Iterator
from pathlib import Path

import pytest
from django import forms
from django.http import HttpRequest
from django.urls import path

from kakou.access.pages import require_permission
from kakou.access.rules import Permission
from kakou.config.api import api
from kakou.config.asgi import Front
from kakou.services.open311 import doors as open311
from tests.hostile.doors import COMMANDS, DOORS, Reads
from tests.matrix.test_every_route import VIEWS

ROOT = Path(__file__).parents[2]
READERS = {"FILES", "body", "read", "readline", "readlines"}  # of a request
STREAMED = {"/events"}  # a GET without a body


def functions_of(thing: object) -> Iterator[types.FunctionType]:
    """What a view is made of: itself, what it wraps, what stands in its closure."""
    seen: set[int] = set()
    waiting = [thing]
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, functools.partial):
            waiting.append(one.func)
        if isinstance(one, types.FunctionType):
            yield one
            waiting += [cell.cell_contents for cell in one.__closure__ or () if cell_is_full(cell)]
            waiting.append(getattr(one, "__wrapped__", None))


def cell_is_full(cell: types.CellType) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:
        return False


def codes_of(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from codes_of(constant)


def reads_a_file(function: types.FunctionType) -> bool:
    """Does it ask a request for files or for the body as it came?"""
    for code in codes_of(function.__code__):
        before = None
        for step in dis.get_instructions(code):
            names_it = before is not None and before.argval == "request"
            if step.opname in ("LOAD_ATTR", "LOAD_METHOD") and names_it and step.argval in READERS:
                return True
            before = step
    return False


def called_by(function: types.FunctionType) -> Iterator[types.FunctionType]:
    """Functions of ours that it names, also by their module."""
    for code in codes_of(function.__code__):
        last: object = None
        for step in dis.get_instructions(code):
            if step.opname == "LOAD_GLOBAL":
                last = function.__globals__.get(step.argval)
            elif step.opname in ("LOAD_ATTR", "LOAD_METHOD") and isinstance(last, types.ModuleType):
                last = getattr(last, step.argval, None)
            else:
                last = None
            if str(getattr(last, "__module__", "")).startswith("kakou.") and not isinstance(last, type):
                yield from functions_of(last)


def takes_files(view: object) -> bool:
    seen: set[types.CodeType] = set()
    waiting = [one for one in functions_of(view) if one.__module__.startswith(("kakou.", "tests."))]
    while waiting:
        one = waiting.pop()
        if one.__code__ in seen:
            continue
        seen.add(one.__code__)
        if reads_a_file(one):
            return True
        waiting += called_by(one)
    return False


def doors_of_the_api() -> set[str]:
    """Operations with a body."""
    return {
        f"{where.removeprefix('/')}"
        for where, methods in api.get_openapi_schema()["paths"].items()
        for told in methods.values()
        if "requestBody" in told
    }


def as_pattern(where: str) -> str:
    return re.sub(r"\{(\w+)\}", r"<\1>", where)


def test_every_page_that_reads_a_file_is_a_door_of_the_table():
    known = {door.pattern for door in DOORS}
    found = {pattern for pattern, view in VIEWS.items() if takes_files(view) and not pattern.startswith("api/")}
    found |= {as_pattern(where) for where in doors_of_the_api()}
    found |= {where.removeprefix("/") for where in set(Front().paths) - STREAMED}
    found.add("open311/v2/requests.<slug:form>")  # takes no file, but whatever a program sends
    assert open311.service_requests in VIEWS.values()
    assert (sorted(found - known), sorted(known - found)) == ([], [])


def test_a_door_asks_for_the_field_that_the_table_names():
    """A field of another name would be tried with nothing."""
    named = {name for form in subclasses(forms.Form) for name, one in form.base_fields.items() if is_file(one)}
    asked = {door.field for door in DOORS if door.field}
    assert asked <= named
    assert {door.reads for door in DOORS} == set(Reads)


def subclasses(kind: type) -> Iterator[type]:
    for one in kind.__subclasses__():
        yield one
        yield from subclasses(one)


def is_file(one: object) -> bool:
    return isinstance(one, forms.FileField)


class Letter(forms.Form):
    paper = forms.FileField()


@require_permission(Permission.SEE_PLACES)
def by_a_form(request: HttpRequest) -> object:
    return Letter(request.POST, request.FILES)


def _deep(request: HttpRequest) -> bytes:
    return request.body


@require_permission(Permission.SEE_PLACES)
def by_another_function(request: HttpRequest) -> object:
    return _deep_too(request)


def _deep_too(request: HttpRequest) -> object:
    return (lambda: _deep(request))()


@require_permission(Permission.SEE_PLACES)
def by_none(request: HttpRequest) -> object:
    return request.POST


_deep.__module__ = _deep_too.__module__ = "kakou.nowhere"


@pytest.mark.parametrize(("view", "takes"), [(by_a_form, True), (by_another_function, True), (by_none, False)])
def test_a_new_page_that_reads_a_file_would_be_found(view, takes):
    assert takes_files(path("new/", view).callback) is takes


def test_every_command_that_takes_a_file_is_told():
    """Of whoever runs the machine."""
    found = {
        str(file.relative_to(ROOT))
        for file in (ROOT / "kakou").rglob("management/*.py")
        if re.search(r"click\.(File\(|Path\(exists=True)", file.read_text("utf-8"))
    } - {"kakou/vault/management/cli.py"}  # a folder of keys to be compared, never read as a list
    assert found == set(COMMANDS)
