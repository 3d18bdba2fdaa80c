"""The forms that pages show, as a browser would send them back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

TYPED = {"text", "search", "tel", "", "password", "url", "email"}
USUAL = {
    "number": "1",
    "date": "2026-12-01",
    "datetime-local": "2026-12-01T12:00",
    "time": "12:00",
    "tel": "13800138009",
}
LEFT_OUT = {"submit", "button", "file", "checkbox", "image", "reset"}


@dataclass
class Form:
    """Where it goes, how, what stands in it, and which of that somebody types."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._form: Form | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(told.get("action", ""), told.get("method", "get").upper())
            self.found.append(self._form)
        elif self._form is not None and tag in ("input", "textarea", "select"):
            self._field(tag, told, self._form)
        elif self._form is not None and tag == "option" and self._select and told.get("value"):
            chosen = self._form.values.get(self._select)
            self._form.values[self._select] = told["value"] if "selected" in told or not chosen else chosen

    def _field(self, tag: str, told: dict[str, str], form: Form) -> None:
        name, kind = told.get("name", ""), told.get("type", "")
        if tag == "select":
            self._select = name
            form.values.setdefault(name, "")
        elif name and kind not in LEFT_OUT:
            if tag == "textarea" or kind in TYPED:
                form.typed.append(name)
            if kind != "radio" or "checked" in told or name not in form.values:
                form.values[name] = told.get("value", "") or USUAL.get(kind, "" if kind == "hidden" else "三号楼北门")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""


def forms_of(page: str) -> Iterator[Form]:
    """Every form of the page in which somebody types."""
    reader = _Reader()
    reader.feed(page)
    for form in reader.found:
        form.values.pop("csrfmiddlewaretoken", None)
        if form.typed:
            yield form
