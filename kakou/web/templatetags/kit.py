"""The kit's tags. Each draws one thing that pages need again and again, the same everywhere."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.forms import BoundField
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from kakou.kernel.time import now as clock_now
from kakou.web.events import registry
from kakou.web.kit import bundles, times
from kakou.web.kit.icons import SHAPES

register = template.Library()


@register.simple_tag
def bundle(source: str) -> SafeString:
    """`{% bundle "src/look.css" %}`: the link or script element of a built file."""
    url = bundles.url_of(source)
    if source.endswith(".css"):
        return format_html('<link rel="stylesheet" href="{}">', url)
    return format_html('<script type="module" src="{}"></script>', url)


@register.simple_tag(takes_context=True)
def tidings(context: dict[str, Any]) -> SafeString:
    """What the viewer is told on the first page."""
    request: HttpRequest = context["request"]
    viewer = registry.viewer(request)
    told = [tiding.told(request) for tiding in registry.tidings if viewer.holds(tiding.permission)]
    return mark_safe("".join(told))  # noqa: S308 - templates of ours


@register.simple_tag
def icon(name: str, size: int = 20) -> SafeString:
    """A shape that says nothing by itself to a screen reader: a word always stands beside it."""
    return format_html(
        '<svg viewBox="0 0 20 20" width="{0}" height="{0}" aria-hidden="true"><path d="{1}"/></svg>', size, SHAPES[name]
    )


@register.simple_tag
def badge(word: str, tone: str = "plain", shape: str = "") -> SafeString:
    """A state as word and shape, colour last. `tone`: go | stop | look | info | plain."""
    return format_html('<span class="badge {}">{}{}</span>', tone, icon(shape, 16) if shape else "", word)


@register.simple_tag(takes_context=True)
def clock(context: dict[str, Any], at: dt.datetime) -> SafeString:
    """10:42:05, machine-readable."""
    return format_html('<time class="nowrap" datetime="{}">{}</time>', at.isoformat(), times.clock(at))


@register.simple_tag(takes_context=True)
def moment(context: dict[str, Any], at: dt.datetime | None) -> SafeString | str:
    """The shortest unambiguous form, the full one on hover."""
    if at is None:
        return "—"
    full = times.moment(at, at - dt.timedelta(days=800))
    return format_html(
        '<time class="nowrap" datetime="{}" title="{}">{}</time>', at.isoformat(), full, times.moment(at, _now(context))
    )


@register.simple_tag(takes_context=True)
def age(context: dict[str, Any], at: dt.datetime | None) -> SafeString | str:
    """'3 min ago', kept true by the page itself; the moment on hover."""
    if at is None:
        return "—"
    full = times.moment(at, at - dt.timedelta(days=800))
    return format_html(
        '<time class="nowrap" data-age datetime="{}" title="{}">{}</time>',
        at.isoformat(), full, times.age(at, _now(context)),
    )  # fmt: skip


@register.simple_tag
def span(start: dt.datetime, end: dt.datetime) -> str:
    """The length between two moments."""
    return times.span((end - start).total_seconds())


@register.simple_tag(takes_context=True)
def as_at(context: dict[str, Any]) -> SafeString:
    """'as at 10:42:05': when the figures on this page were read."""
    now = _now(context)
    words = gettext("as at %(time)s") % {"time": times.clock(now)}
    return format_html('<time class="as-at nowrap" datetime="{}">{}</time>', now.isoformat(), words)


@register.inclusion_tag("web/kit/count.html")
def count(many: int, what: str, href: str = "", tone: str = "", hint: str = "") -> dict[str, Any]:
    """A headline figure that opens what it counts."""
    return {"many": number_format(many, force_grouping=True), "what": what, "href": href, "tone": tone, "hint": hint}


@register.simple_tag
def many(value: int) -> str:
    """12,345."""
    return number_format(value, force_grouping=True)


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: object) -> str:
    """This page's query with some keys changed; '' or None takes a key out."""
    request: HttpRequest = context["request"]
    params = request.GET.copy()
    for key, value in changes.items():
        params.pop(key, None)
        if value not in (None, ""):
            params[key] = str(value)
    return "?" + params.urlencode() if params else request.path


@register.inclusion_tag("web/kit/pager.html", takes_context=True)
def pager(context: dict[str, Any], page: Any) -> dict[str, Any]:
    """Back and on, with which rows these are."""
    before = query(context, page=page.number - 1 if page.number > 2 else None)
    return {"page": page, "before": before, "after": query(context, page=page.number + 1)}


@register.inclusion_tag("web/kit/field.html")
def field(bound: BoundField, css: str = "") -> dict[str, Any]:
    """Label, hint, error and control, joined for a screen reader."""
    told = [f"{bound.auto_id}_hint"] if bound.help_text else []
    told += [f"{bound.auto_id}_error"] if bound.errors else []
    attrs: dict[str, str | bool] = {"aria-describedby": " ".join(told)} if told else {}
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return {"bound": bound, "control": _control(bound, attrs), "css": css}


def _control(bound: BoundField, attrs: dict[str, str | bool]) -> SafeString:
    return mark_safe(bound.as_widget(attrs=attrs))  # noqa: S308 - a widget renders escaped HTML


@register.inclusion_tag("web/kit/error_summary.html")
def error_summary(form: Any) -> dict[str, Any]:
    """What is wrong with the form, each with a link to its field; takes the focus (GOV.UK)."""
    wrong = [(bound, error) for bound in form for error in bound.errors] if form.is_bound else []
    return {"wrong": wrong, "general": form.non_field_errors() if form.is_bound else []}


@register.filter
def named(text: str) -> str:
    """Somebody's name; where its key was destroyed that is said instead, since a dash would look like a mistake."""
    return text or gettext("name destroyed")


@register.inclusion_tag("web/kit/empty.html")
def empty(title: str, words: str = "", href: str = "", act: str = "") -> dict[str, str]:
    """Nothing here, and what to do next."""
    return {"title": title, "words": words, "href": href, "act": act}


@register.inclusion_tag("web/kit/progress.html")
def progress(done: int, total: int, label: str) -> dict[str, Any]:
    """A bar with its figures in words."""
    return {"done": done, "total": max(total, 1), "label": label, "percent": done * 100 // max(total, 1)}


@register.inclusion_tag("web/kit/tabs.html", takes_context=True)
def tabs(context: dict[str, Any], key: str, current: str, choices: Any) -> dict[str, Any]:
    """Views of one page, each a link; `choices` are (value, words)."""
    return {
        "tabs": [(query(context, **{key: value, "page": None}), words, value == current) for value, words in choices]
    }


def _now(context: dict[str, Any]) -> dt.datetime:
    """The moment at which the page was read: set by its view as `now`, so that all of a page agrees."""
    now = context.get("now")
    return now if isinstance(now, dt.datetime) else clock_now()
