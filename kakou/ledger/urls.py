"""Pages of the ledger."""

from __future__ import annotations

from django.urls import path

from kakou.ledger.pages import (
    allowances,
    board,
    expected,
    gate_sheet,
    loop_list,
    loop_sheet,
    loops,
    my_day,
    outboxes,
    paper,
    place_codes,
    quarantine,
)
from kakou.ledger.pages.announcing import announce, visit
from kakou.ledger.pages.checks import checks
from kakou.ledger.pages.home import home
from kakou.ledger.pages.inside import who_is_inside
from kakou.ledger.pages.passage import correcting, passage
from kakou.ledger.pages.revealing import reveal
from kakou.ledger.pages.scanned import scanned
from kakou.ledger.pages.search import search
from kakou.ledger.pages.timeline import timeline
from kakou.ledger.pages.today import today
from kakou.ledger.pages.units import units

app_name = "ledger"
urlpatterns = [
    path("", home, name="home"),
    path("ledger/today/", today, name="today"),
    path("ledger/units/", units, name="units"),
    path("ledger/checks/", checks, name="checks"),
    path("ledger/inside/", who_is_inside, name="inside"),
    path("ledger/subject/<uuid:subject>/", timeline, name="timeline"),
    path("ledger/subject/<uuid:subject>/reveal/<slug:field>/", reveal, name="reveal"),
    path("ledger/passage/<uuid:passage>/", passage, name="passage"),
    path("ledger/passage/<uuid:passage>/correct/", correcting, name="correcting"),
    path("ledger/gate-sheet/<int:node>/", gate_sheet.gate_sheet, name="gate_sheet"),
    path("ledger/gate-sheet/<int:node>/sheet/", gate_sheet.sheet, name="gate_sheet_file"),
    path("ledger/gate-sheet/<int:node>/print/", gate_sheet.copy, name="gate_sheet_copy"),
    path("ledger/gate-sheet/<int:node>/plain/", gate_sheet.plain, name="gate_sheet_plain"),
    path("ledger/paper/<int:node>/", paper.paper, name="paper"),
    path("ledger/paper/<int:node>/forms/", paper.forms, name="paper_forms"),
    path("ledger/paper/<int:node>/type-in/", paper.typing, name="paper_in"),
    path("ledger/paper/form/<uuid:form>/sheet/", paper.form_sheet, name="paper_form_sheet"),
    path("ledger/paper/form/<uuid:form>/print/", paper.form_again, name="paper_form_again"),
    path("ledger/paper/entry/<uuid:entry>/", paper.entry, name="paper_entry"),
    path("ledger/paper/entry/<uuid:entry>/undo/", paper.undo, name="paper_undo"),
    path("ledger/find/", search, name="search"),
    path("ledger/allowances/<int:node>/", allowances.allowances, name="allowances"),
    path("ledger/allowances/<int:node>/set/", allowances.allow, name="allow"),
    path("ledger/place-codes/<int:node>/", place_codes.spots, name="place_codes"),
    path("ledger/place-codes/<int:node>/make/", place_codes.make, name="make_code"),
    path("ledger/place-codes/<int:node>/cancel/", place_codes.cancel, name="cancel_code"),
    path("ledger/place-codes/<int:node>/poster/", place_codes.poster, name="code_poster"),
    path("ledger/expected/", expected.expected, name="expected"),
    path("ledger/expected/decline/", expected.decline, name="decline"),
    path("ledger/quarantine/", quarantine.desk, name="quarantine"),
    path("ledger/quarantine/<uuid:item>/", quarantine.item, name="quarantined"),
    path("ledger/outboxes/", outboxes.bring_in, name="outboxes"),
    path("ledger/loops/", loop_list.loops, name="loops"),
    path("ledger/loops/sheet/", loop_sheet.sheet, name="loops_sheet"),
    path("ledger/loops/import/", loop_sheet.bring_in, name="loops_import"),
    path("ledger/loops/hand-on/", loop_list.hand_on_many, name="hand_on_many"),
    path("ledger/loops/day/", my_day.my_day, name="my_day"),
    path("ledger/loops/day/<uuid:order>/close/", my_day.move_on, name="day_move"),
    path("ledger/loops/day/<uuid:order>/reopen/", my_day.undo, name="day_undo"),
    path("ledger/loops/board/", board.of_unit, name="board"),
    path("ledger/loops/board/sheet/", board.sheet, name="board_sheet"),
    path("ledger/loops/<uuid:order>/", loops.loop, name="loop"),
    path("ledger/loops/<uuid:order>/close/", loops.close, name="close"),
    path("ledger/loops/<uuid:order>/note/", loops.note, name="note"),
    path("ledger/loops/<uuid:order>/reopen/", loops.reopen, name="reopen"),
    path("ledger/loops/<uuid:order>/owner/", loops.hand_on, name="hand_on"),
    path("ledger/loops/<uuid:order>/step/<slug:step>/", loops.take, name="take"),
    path("ledger/loops/<uuid:order>/join/", loops.join, name="join"),
    path("ledger/loops/<uuid:order>/leave/", loops.leave, name="leave"),
    path("ledger/loops/<uuid:order>/duplicate/", loops.duplicate, name="duplicate"),
    path("ledger/loops/<uuid:order>/prove/<slug:proof>/", loops.prove, name="prove"),
    path("ledger/loops/picture/<uuid:id>/", loops.picture, name="picture"),
    # without an account: what hangs on a wall is short
    path("p/<str:code>/", scanned, name="scanned"),
    path("p/<str:code>/visit/", announce, name="announce"),
    path("v/", visit, name="visit"),
]
