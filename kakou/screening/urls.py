"""Pages of screening."""

from __future__ import annotations

from django.urls import path

from kakou.screening.pages import areas, audits, editions, fever, paper, passes, rules, trust
from kakou.screening.pages.trying import attempt

app_name = "screening"
urlpatterns = [
    path("rules/", rules.rules, name="rules"),
    path("rules/new/", editions.bring_in, name="new_pack"),
    path("rules/published/<uuid:publication>/end/", rules.end, name="end"),
    path("rules/<str:version>/", editions.pack, name="pack"),
    path("rules/<str:version>/try/", attempt, name="try"),
    path("rules/<str:version>/compare/", editions.compare, name="compare"),
    path("rules/<str:version>/numbers/", editions.numbers, name="numbers"),
    path("rules/<str:version>/publish/", editions.publish, name="publish"),
    path("rules/<str:version>/file/", editions.file, name="file"),
    path("areas/", areas.areas, name="areas"),
    path("areas/file/", areas.sheet, name="areas_file"),
    path("areas/import/", areas.bring_in, name="areas_import"),
    path("trust/", trust.trust, name="trust"),
    path("trust/import/", trust.bring_in, name="trust_import"),
    path("trust/check/", trust.check, name="check"),
    path("trust/<uuid:id>/withdraw/", trust.withdraw, name="withdraw"),
    path("fever/", fever.fevers, name="fevers"),
    path("fever/<uuid:case>/", fever.fever, name="fever"),
    path("fever/<uuid:case>/step/", fever.step, name="step"),
    path("passes/", passes.passes, name="passes"),
    path("passes/paper/", paper.sheet, name="pass_paper"),
    path("posters/<int:node>/", paper.posters, name="posters"),
    path("passes/new/", passes.find, name="pass_find"),
    path("passes/new/<uuid:subject>/", passes.issue, name="pass_new"),
    path("passes/<uuid:id>/", passes.one_pass, name="pass"),
    path("passes/<uuid:id>/cancel/", passes.cancel, name="pass_cancel"),
    path("audits/", audits.audits, name="audits"),
    path("audits/<uuid:passage>/", audits.audit, name="audit"),
]
