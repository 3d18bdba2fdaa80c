"""Pages of work orders that know no passages; those of the orders themselves stand with the ledger, which names whom
they are about."""

from __future__ import annotations

from django.urls import path

from kakou.workorders.pages import days, forget

app_name = "workorders"
urlpatterns = [
    path("workorders/days/", days, name="days"),
    path("workorders/days/forget/", forget, name="forget_day"),
]
