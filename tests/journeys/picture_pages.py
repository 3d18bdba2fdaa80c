"""Pages that show made-up pictures, beside all real ones: for the journeys that look at them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path
from django.utils.translation import gettext

from kakou.config.urls import urlpatterns as real
from kakou.tracing.pictures import chain, curve, followup, placemap, timeline
from kakou.tracing.pictures.tests import samples as made

PAGE = """{% extends "web/base.html" %}{% load i18n kit %}
{% block title %}{{ picture.title }}{% endblock %}
{% block script %}{{ block.super }}{% bundle "src/pictures.css" %}{% endblock %}
{% block main %}<h1>{{ picture.title }}</h1>
<section class="panel"><div class="pad">{% include template %}</div></section>{% endblock %}"""

PICTURES = {
    "chain": ("chain", lambda: chain.picture(made.a_chain(40), gettext, made.SITE)),
    "chain-of-300": ("chain", lambda: chain.picture(made.a_chain(300), gettext, made.SITE)),
    "chain-of-3000": ("chain", lambda: chain.picture(made.a_chain(3000), gettext, made.SITE)),
    "timeline": ("picture", lambda: timeline.picture(made.a_timeline(), gettext, made.SITE)),
    "map": ("map", lambda: placemap.picture(made.a_map(), gettext, made.SITE)),
    "curve": ("picture", lambda: curve.picture(made.a_curve(), gettext)),
    "calendar": ("calendar", lambda: followup.picture(made.a_calendar(), gettext)),
}


def page(request: HttpRequest, name: str) -> HttpResponse:
    """One picture as a page of ours shows it."""
    template, picture = PICTURES[name]
    context = {"picture": picture(), "template": f"tracing/pictures/{template}.html"}
    return HttpResponse(engines["django"].from_string(PAGE).render(context, request))


urlpatterns = [path("pictures/<slug:name>/", page), *real]
