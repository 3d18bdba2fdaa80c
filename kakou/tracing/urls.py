"""Pages of tracing."""

from __future__ import annotations

from django.urls import path
from django.views.decorators.cache import never_cache

from kakou.tracing.pages import (
    calendar,
    cases,
    following,
    handing_in,
    handovers,
    importing,
    interview,
    names,
    outbreaks,
    questions,
    seeing,
)
from kakou.tracing.pages.contacts import contacts, decide
from kakou.tracing.pages.person import person, step
from kakou.tracing.pages.person import trace as ask_trace
from kakou.tracing.pages.traces import trace

app_name = "tracing"
urlpatterns = [
    path("", outbreaks.outbreaks, name="outbreaks"),
    path("outbreak/<uuid:id>/", outbreaks.outbreak, name="outbreak"),
    path("outbreak/<uuid:id>/edition/", outbreaks.edition, name="edition"),
    path("outbreak/<uuid:id>/close/", outbreaks.close, name="close"),
    path("outbreak/<uuid:id>/measure/", outbreaks.measure, name="measure"),
    path("outbreak/<uuid:id>/names/", names.ask, name="names"),
    path("outbreak/<uuid:id>/contacts/", contacts, name="contacts"),
    path("outbreak/<uuid:id>/contacts/decide/", decide, name="decide"),
    path("contacts/", contacts, name="all_contacts"),
    path("contacts/decide/", decide, name="decide_all"),
    path("outbreak/<uuid:id>/case/", cases.find_case, name="find_case"),
    path("outbreak/<uuid:id>/case/<uuid:subject>/", cases.new_case, name="new_case"),
    path("measure/<uuid:id>/end/", outbreaks.end_measure, name="end_measure"),
    path("names/<uuid:id>/", names.settle, name="settle_names"),
    path("person/<uuid:id>/", person, name="person"),
    path("person/<uuid:id>/step/", step, name="step"),
    path("person/<uuid:id>/facts/", cases.facts, name="facts"),
    path("person/<uuid:id>/trace/", ask_trace, name="ask_trace"),
    path("trace/<uuid:id>/", trace, name="trace"),
    path("outbreak/<uuid:id>/chain/", seeing.chain, name="chain"),
    path("outbreak/<uuid:id>/chain/file/<slug:form>/", seeing.chain_file, name="chain_file"),
    path("outbreak/<uuid:id>/curve/", seeing.curve, name="curve"),
    path("outbreak/<uuid:id>/curve/file/<slug:form>/", seeing.curve_file, name="curve_file"),
    path("outbreak/<uuid:id>/map/", seeing.places, name="map"),
    path("outbreak/<uuid:id>/map/file/<slug:form>/", seeing.places_file, name="map_file"),
    path("person/<uuid:id>/timeline/", seeing.timeline, name="timeline"),
    path("person/<uuid:id>/timeline/file/<slug:form>/", seeing.timeline_file, name="timeline_file"),
    path("outbreak/<uuid:id>/questions/", questions.questions, name="questions"),
    path("outbreak/<uuid:id>/questions/close/", questions.close_place, name="close_place"),
    path("outbreak/<uuid:id>/questions/rank/", questions.rank_places, name="rank_places"),
    path("question/<uuid:id>/", questions.question, name="question"),
    path("question/<uuid:id>/sheet/", questions.question_file, name="question_file"),
    path("follow-up/", following.follow_up, name="follow_up"),
    path("follow-up/sheet/", calendar.sheet, name="follow_up_sheet"),
    path("follow-up/calendar/", calendar.calendar, name="calendar"),
    path("follow-up/calendar/<slug:form>/", calendar.calendar_file, name="calendar_file"),
    path("follow-up/<uuid:id>/tell/", following.tell, name="follow_up_tell"),
    path("follow-up/<uuid:id>/all-well/", following.all_well, name="all_well"),
    path("follow-up/<uuid:id>/back/", following.take_back, name="follow_up_back"),
    path("follow-up/<uuid:id>/release/", following.release, name="follow_up_release"),
    path("follow-up/<uuid:id>/lost/", following.lost, name="follow_up_lost"),
    path("follow-up/<uuid:id>/test/", following.add_test, name="follow_up_test"),
    path("follow-up/<uuid:id>/number/", following.number, name="follow_up_number"),
    path("outbreak/<uuid:id>/interview/", interview.interview, name="interview"),
    path("person/<uuid:id>/mates/", interview.mates, name="mates"),
    path("outbreak/<uuid:id>/line-list/", importing.line_list, name="line_list"),
    path("line-list/<uuid:id>/undo/", importing.undo, name="undo_list"),
    path("outbreak/<uuid:id>/contacts/file/", importing.contacts_file, name="contacts_file"),
    path("outbreak/<uuid:id>/hand-over/", handovers.hand_over, name="hand_over"),
    path("outbreak/<uuid:id>/hand-in/", handing_in.hand_in, name="hand_in"),
    path("hand-overs/", handovers.handovers, name="handovers"),
    path("hand-overs/receipt/", handovers.receipt, name="handover_receipt"),
    path("hand-overs/card/", handovers.card, name="handover_card"),
    path("hand-overs/office/", handovers.office, name="handover_office"),
    path("hand-overs/office/<uuid:id>/end/", handovers.end_office, name="end_office"),
    path("hand-overs/taken/<uuid:id>/receipt/", handing_in.receipt_file, name="receipt_file"),
]
for _pattern in urlpatterns:  # names that were released stay in no browser's cache, and Back shows them to nobody
    _pattern.callback = never_cache(_pattern.callback)
