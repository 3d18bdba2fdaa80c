"""An OpenAPI document of every page, made from the permission table, the URLs, and the forms of the views.

Of a page it says: its methods, the parameters of its path (of a kind as the URL has it), and every name that its view's
module reads from the query or the form, with values that fit, that nearly fit, and that fit nothing. "garden.person"
stands for the id of that thing in the world of tests/matrix, "is.x" for x itself, "any.text" for a text of any kind
(an enumeration is made much faster than text beside one).
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any

from django import forms

from kakou.access.rules import ROLES, Role
from tests.matrix.table import TABLE, Route, Who

Schema = dict[str, Any]
FORM, FILES = "application/x-www-form-urlencoded", "multipart/form-data"
PLACES = ("garden", "orchard", "street")
ANY = "any.text"
ABLE = "x-able"  # the roles over the east that get further than the door
THINGS = ("unit", "entrance", "person", "vehicle", "order", "device", "request", "outbreak", "case")
WORDS = [f"{place}.{thing}" for place in PLACES for thing in ("unit", "entrance")] + [
    f"garden.{thing}" for thing in THINGS[2:]
]
# what nearly fits, and what fits nothing: numbers past every column, days that are none, signs no column holds
ODD = [
    "", "0", "-1", "1", "9" * 19, "9" * 30, "1e400", "nan", "１２", "²", "2021-02-30", "0001-01-01", "9999-12-31",
    "2021-08-10", "2021-08-10T12:45", "24:00", "12:00", "a\x00b", "\x00", "\u202e", "x" * 300, "%", "_", "'", "[", "(",
    "{}", "[]", "null", "<b>", "on", "yes", "01912345-0000-7000-8000-000000000000", "0" * 36, "..", "/", "\r\n", ",",
    "13800000000", "苏C12340", "00-00-00", "1,2", "unit:", "visit:0", "person:x",
]  # fmt: skip
READ = re.compile(r"""\.(?:GET|POST)(?:\.get(?:list)?\(|\[)\s*["']([\w-]+)["']""")
GIVEN = re.compile(r"""["']([\w-]+)["']\s+(?:not )?in\s+request\.(?:GET|POST)""")
IN_PATH = re.compile(r"<(?:(\w+):)?(\w+)>")
AS_REGEX = re.compile(r"\(\?P<(\w+)>(?:[^()\[\]]|\[[^\]]*\])*\)")
BY_CONVERTER = {
    "int": "^[0-9]{1,30}$", "uuid": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
    "slug": "^[-a-zA-Z0-9_]{1,60}$", "str": "^[^/.]{1,60}$", "path": "^[^/.]{1,60}$",
}  # fmt: skip
ANYWHERE = ("place", "page", "q", "show", "back", "next")


def document(views: Mapping[str, Callable[..., Any]], *, leave: tuple[str, ...] = ()) -> Schema:
    """OpenAPI 3.1 of every pattern of the table but those that begin with one of `leave`."""
    paths: Schema = {}
    for pattern, entry in TABLE.items():
        if not pattern.startswith(leave or ("\0",)):
            view = inspect.unwrap(views[pattern])
            paths.setdefault(template(pattern), {}).update(_item(pattern, entry, view))
    return {"openapi": "3.1.0", "info": {"title": "Pages", "version": "1"}, "paths": paths}


def template(pattern: str) -> str:
    """places/<int:node>/ → /places/{node}/"""
    plain = AS_REGEX.sub(r"{\1}", pattern)
    return "/" + IN_PATH.sub(r"{\2}", re.sub(r"[\^$]", "", plain))


def _item(pattern: str, entry: list[Route] | Who, view: Any) -> Schema:
    routes = entry if isinstance(entry, list) else []
    names = dict.fromkeys((*_read(view), *(field for form in _forms(view) for field in form.base_fields)))
    parameters = [
        *(_parameter("path", name, schema) for name, schema in _of_path(pattern, routes)),
        *(_parameter("query", name, _value()) for name in dict.fromkeys((*ANYWHERE, *names))),
    ]
    asked = {"parameters": parameters, "responses": {"default": {"description": "no 5xx"}}}
    posted = {**asked, "requestBody": {"content": _bodies(routes, view, list(names))}}
    for item in (asked, posted):
        item[ABLE] = [role.value for role in Role if _may(role, routes)]
    methods = {route.method for route in routes} or {"GET", "POST"}
    return {name: item for name, item in (("get", asked), ("post", posted)) if name.upper() in methods}


def _may(role: Role, routes: list[Route]) -> bool:
    """Does the role get at anything here?"""
    held = ROLES[role].permissions
    return any((not route.gate or held & set(route.gate)) and held >= set(route.sees) for route in routes)


def _parameter(where: str, name: str, schema: Schema) -> Schema:
    return {"name": name, "in": where, "required": where == "path", "schema": schema}


def _of_path(pattern: str, routes: list[Route]) -> Iterator[tuple[str, Schema]]:
    """The first part of a path is the thing that the table names; the others have their values there, too."""
    things = [route.thing for route in routes if route.thing] or ["unit"]
    known = [f"garden.{thing}" for thing in dict.fromkeys(things)]
    for number, (converter, name) in enumerate(IN_PATH.findall(pattern)):
        given = [f"is.{route.args[name]}" for route in routes if name in route.args]
        fitting = given or (known if number == 0 else WORDS)
        yield name, {"anyOf": [{"enum": fitting}, {"type": "string", "pattern": BY_CONVERTER[converter or "str"]}]}
    for name in AS_REGEX.findall(pattern):
        yield name, {"type": "string", "pattern": "^[-a-z0-9]{1,40}$"}


def _bodies(routes: list[Route], view: Any, names: list[str]) -> Schema:
    """As a form that is right (the table's), with odd things besides, and as one that is made up."""
    fields = {name: field for form in _forms(view) for name, field in form.base_fields.items()}
    wild = {name: _value(fields.get(name)) for name in names}
    shapes: list[Schema] = [{"type": "object", "properties": wild, "additionalProperties": False}]
    for route in routes:
        right = dict(route.data) if isinstance(route.data, Mapping) else {}
        if right:
            fixed = {name: {"enum": [f"is.{value}"]} for name, value in right.items()}
            shape = {"type": "object", "properties": wild | fixed, "required": list(fixed)}
            shapes.append(shape | {"additionalProperties": False})
    files = any(isinstance(field, forms.FileField) for field in fields.values())
    return {FILES if files else FORM: {"schema": {"anyOf": shapes}}}


def _value(field: forms.Field | None = None) -> Schema:
    """What may be sent under a name."""
    if isinstance(field, forms.FileField):
        return {"type": "string", "format": "binary"}
    fitting = [*_choices(field), *_days(field)]
    fixed = [f"is.{value}" for value in (*fitting, *ODD)]
    return {"enum": [*WORDS, *fixed, ANY]}


def _choices(field: forms.Field | None) -> list[str]:
    choices = getattr(field, "choices", ())
    return [str(value) for value, _ in choices if isinstance(value, str | int)]


def _days(field: forms.Field | None) -> list[str]:
    if isinstance(field, forms.DateField | forms.DateTimeField | forms.TimeField):
        return ["2021-08-09", "2021-08-10T12:00", "2021-08-10 12:00", "9999-12-31T23:59", "0001-01-01T00:00", "12:00"]
    return []


def _read(view: Any) -> list[str]:
    """The names that the view's module reads, as they stand in its text."""
    text = inspect.getsource(_module(view))
    return [*READ.findall(text), *GIVEN.findall(text)]


def _forms(view: Any) -> list[type[forms.BaseForm]]:
    """The forms that the view's module knows."""
    known = vars(_module(view)).values()
    return [one for one in known if isinstance(one, type) and issubclass(one, forms.BaseForm)]


def _module(view: Any) -> ModuleType:
    return sys.modules[view.__module__]
