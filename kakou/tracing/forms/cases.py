"""Outbreaks, cases, decisions, requests for names: what is typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from kakou.screening.forms.rules import day_input, moment_input
from kakou.tracing.actions.cases import CaseFacts
from kakou.tracing.models import ControlMeasure
from kakou.tracing.pages.words import CASES, GRADES, MEASURES
from kakou.tracing.policy import EDITIONS, Grade, edition
from kakou.tracing.rules.standing import CaseState
from kakou.web.kit.days import DayField, MomentField

MOST = 200  # as audit reasons
MOMENT = ["%Y-%m-%dT%H:%M"]


def reason_field(label: Any, **more: Any) -> forms.CharField:
    """Why: two to two hundred characters, no number of anybody."""
    return forms.CharField(label=label, max_length=MOST, widget=forms.TextInput(attrs={"autocomplete": "off"}), **more)


def editions() -> list[tuple[str, str]]:
    """Name and title of every edition, in the reader's language."""
    language = "zh" if (get_language() or "").startswith("zh") else "en"
    return [(name, edition(name).title[language]) for name in EDITIONS]


class OutbreakForm(forms.Form):
    """A new outbreak, or the edition of one."""

    title = forms.CharField(
        label=lazy("What it is called"), max_length=80, help_text=lazy("Such as: August 2021, east of the town")
    )
    node = forms.TypedChoiceField(label=lazy("Where"), coerce=int, help_text=lazy("And everything below it."))
    plan = forms.ChoiceField(label=lazy("Edition of the plan"))
    lookback_days = forms.IntegerField(
        label=lazy("Days to look back"), required=False, min_value=0, max_value=28,
        help_text=lazy("Leave empty for the edition's own."),
    )  # fmt: skip

    def __init__(self, *args: Any, places: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["node"].choices = places  # type: ignore[attr-defined]
        self.fields["plan"].choices = editions()  # type: ignore[attr-defined]


class EditionForm(forms.Form):
    """By which edition contacts are told from now on."""

    plan = forms.ChoiceField(label=lazy("Edition of the plan"))
    lookback_days = forms.IntegerField(
        label=lazy("Days to look back"), required=False, min_value=0, max_value=28,
        help_text=lazy("Leave empty for the edition's own."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plan"].choices = editions()  # type: ignore[attr-defined]


class CaseForm(forms.Form):
    """What is known of a case. What is not known stays empty, and is said to be so."""

    state = forms.ChoiceField(label=lazy("What kind of case"))
    onset_on = DayField(
        label=lazy("First day with symptoms"), required=False, widget=day_input(),
        help_text=lazy("Leave empty for somebody without symptoms."),
    )  # fmt: skip
    positive_at = MomentField(
        label=lazy("First positive sample taken"), required=False, widget=moment_input(), input_formats=MOMENT
    )
    isolated_at = MomentField(
        label=lazy("Isolated since"), required=False, widget=moment_input(), input_formats=MOMENT,
        help_text=lazy("From then on nobody else was met."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [(state.value, _(sign.msgid)) for state, sign in CASES.items()]  # type: ignore[attr-defined]

    def facts(self) -> CaseFacts:
        """As the action takes it."""
        given: Mapping[str, Any] = self.cleaned_data
        return CaseFacts(CaseState(given["state"]), given["onset_on"], given["positive_at"], given["isolated_at"])


class DecisionForm(forms.Form):
    """One step about one or several: as what, and why where that is asked."""

    grade = forms.ChoiceField(label=lazy("As what"), required=False)
    reason = reason_field(lazy("Why"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        graded = [(grade.value, _(sign.msgid)) for grade, sign in GRADES.items() if grade is not Grade.NONE]
        self.fields["grade"].choices = [("", _("As proposed")), *graded]  # type: ignore[attr-defined]

    def grade_given(self) -> Grade | None:
        """None: as proposed."""
        return Grade(self.cleaned_data["grade"]) if self.cleaned_data.get("grade") else None


class TraceForm(forms.Form):
    """Why somebody's contacts are looked for."""

    reason = reason_field(
        lazy("Why do you trace this person?"), help_text=lazy("It stands in the audit beside your name.")
    )
    hops = forms.TypedChoiceField(label=lazy("How far"), coerce=int, required=False, empty_value="1")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hops"].choices = [  # type: ignore[attr-defined]
            (1, _("Direct contacts, graded by the plan")), (2, _("Chains of two meetings")),
            (3, _("Chains of three meetings")),
        ]  # fmt: skip


class MeasureForm(forms.Form):
    """What is done at a place."""

    node = forms.TypedChoiceField(label=lazy("Where"), coerce=int)
    kind = forms.ChoiceField(label=lazy("What is done"))
    since = MomentField(
        label=lazy("Since"), required=False, widget=moment_input(), input_formats=MOMENT,
        help_text=lazy("Leave empty for now."),
    )  # fmt: skip
    note = forms.CharField(label=lazy("By whom, with what"), max_length=MOST, required=False)

    def __init__(self, *args: Any, places: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["node"].choices = places  # type: ignore[attr-defined]
        self.fields["kind"].choices = [(kind.value, _(words)) for kind, words in MEASURES.items()]  # type: ignore[attr-defined]

    def facts(self, now: dt.datetime) -> dict[str, Any]:
        """As the action takes it."""
        given: Mapping[str, Any] = self.cleaned_data
        return {
            "node": given["node"], "kind": ControlMeasure.Kind(given["kind"]), "since": given["since"] or now,
            "note": given["note"],
        }  # fmt: skip


class NamesForm(forms.Form):
    """Why somebody needs the names."""

    reason = reason_field(lazy("What do you need the names for?"))
