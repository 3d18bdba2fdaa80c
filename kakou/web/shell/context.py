"""The `shell` of the templates. Everything in it is lazy: an error page must stand when the database is away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from kakou.kernel.time import now, to_ms
from kakou.web.events import NavEntry, Place, Stroke, Viewer, registry
from kakou.web.queries import site_name
from kakou.web.shell.here import place_of, query_of

GLOSSES = {
    Stroke.GUARD: gettext_noop("Guard"),
    Stroke.DETAIL: gettext_noop("Detail"),
    Stroke.SERVE: gettext_noop("Serve"),
    Stroke.GROUND: gettext_noop("Ground"),
}
THEMES = {"": gettext_noop("Light"), "night": gettext_noop("Night"), "sun": gettext_noop("Full sun")}


@dataclass(frozen=True, slots=True)
class NavLink:
    """An entry as the template draws it."""

    text: str
    href: str
    here: bool


@dataclass(frozen=True, slots=True)
class NavStroke:
    """One stroke and what the viewer may open under it."""

    sign: str
    gloss: str
    links: Sequence[NavLink]


class Shell:
    """The frame of one page, asked piece by piece by `web/base.html`."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def viewer(self) -> Viewer:
        """Who looks."""
        return registry.viewer(self.request)

    @cached_property
    def place(self) -> Place | None:
        """The place the page is about, None when it is about all that the viewer may see."""
        return place_of(self.request)

    @cached_property
    def path(self) -> Sequence[Place]:
        """From the topmost place down to the one above `place`."""
        return registry.places.path(self.request, self.place.id)[:-1] if self.place else ()

    @cached_property
    def nav(self) -> Sequence[NavStroke]:
        """The rail: four strokes, each with the entries whose permission the viewer holds."""
        return [
            NavStroke(stroke.value, gettext(GLOSSES[stroke]), [self._link(entry) for entry in self._of(stroke)])
            for stroke in Stroke
        ]

    @property
    def thumb(self) -> Sequence[NavLink]:
        """What stands at the thumb on a phone: the entries marked for it, five at most."""
        held = [entry for entry in registry.entries if entry.thumb and self.viewer.holds(entry.permission)]
        return [self._link(entry) for entry in held[:5]]

    def _of(self, stroke: Stroke) -> list[NavEntry]:
        return [entry for entry in registry.entries if entry.stroke is stroke and self.viewer.holds(entry.permission)]

    def _link(self, entry: NavEntry) -> NavLink:
        match = self.request.resolver_match
        here = match is not None and match.view_name == entry.url_name
        return NavLink(gettext(entry.msgid), reverse(entry.url_name) + self.query, here)

    @property
    def query(self) -> str:
        """`?place=7`, for links to other pages about the same place."""
        return query_of(place=self.place.id) if self.place else ""

    @property
    def here(self) -> str:
        """Path and query of this page, for switches that keep it."""
        return self.request.get_full_path()

    @property
    def now_ms(self) -> int:
        """The server's clock, by which the page keeps its ages: a desk's own may be wrong."""
        return to_ms(now())

    @property
    def seen(self) -> str:
        """The snapshot from which the page's live feed goes on, so that nothing in between is missed; '' if none."""
        return str(self.request.META.get("kakou.seen", ""))

    @property
    def theme(self) -> str:
        """'' | night | sun."""
        theme = self.request.COOKIES.get("kakou_theme", "")
        return theme if theme in THEMES else ""

    @property
    def themes(self) -> list[tuple[str, str]]:
        """Every theme with its name in the reader's language."""
        return [(key, gettext(msgid)) for key, msgid in THEMES.items()]

    @property
    def drill(self) -> bool:
        """Is the viewer here for an exercise with fictitious people?"""
        return bool(getattr(self.request.user, "is_drill", False))

    @property
    def site(self) -> str:
        """What this installation is called; "" while nobody has said."""
        return site_name()

    @property
    def version(self) -> str:
        """The version that runs, for the footer and for whoever reports a fault."""
        return VERSION


def _version() -> str:
    try:
        return version("kakou")
    except PackageNotFoundError:
        return "0.1.0"  # a checkout that was never installed as a package


VERSION = _version()


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Context processor."""
    return {"shell": Shell(request)}
