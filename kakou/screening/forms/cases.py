"""Somebody made up, to try rules on: every look of a pack, and what else the rules ask for."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import gettext_noop

from kakou.kernel.time import to_ms
from kakou.places.rules import TITLES, Management, UnitKind
from kakou.screening.forms.rules import moment_input
from kakou.screening.packs import Content
from kakou.screening.packs.wording import VALUES
from kakou.screening.rules import PASSES, TEMPERATURE_RANGE, Case, HowShown, Look, Record, Stay, Way, Who
from kakou.web.kit.days import MomentField

PURPOSES = (
    "home", "work", "delivery", "medical", "visit", "patrol", "shopping", "school", "emergency", "other",
)  # fmt: skip
_COLDEST, _HOTTEST = (Decimal(tenths) / 10 for tenths in TEMPERATURE_RANGE)
_STAY = re.compile(r"(\d{6}|\d{9}|\d{12})\s+(\d{4}-\d\d-\d\d)(?:\s+(\d{4}-\d\d-\d\d))?", re.ASCII)
_DIVISION = r"^[0-9]{6}([0-9]{3}([0-9]{3})?)?$"
NOT_LOOKED = gettext_noop("Not looked at")
RECORDS: dict[Record, str] = {
    Record.KNOWN: gettext_noop("Registered, or by a pass"),
    Record.DOCUMENT: gettext_noop("By a document"),
    Record.PHONE: gettext_noop("By a telephone number"),
    Record.NAME: gettext_noop("By a name only"),
    Record.NONE: gettext_noop("Not at all"),
}


class CaseForm(forms.Form):
    """One case. Empty: not said, or not looked at."""

    direction = forms.ChoiceField(label=lazy("Way"))
    who = forms.ChoiceField(label=lazy("Who it is"))
    purpose = forms.ChoiceField(label=lazy("Purpose"), required=False)
    at = MomentField(label=lazy("When"), required=False, widget=moment_input(), input_formats=["%Y-%m-%dT%H:%M"])
    unit = forms.ChoiceField(label=lazy("Kind of unit"), required=False)
    management = forms.ChoiceField(label=lazy("Rule of the unit"), required=False)
    health_age = forms.IntegerField(
        label=lazy("Age of the health code, minutes"), required=False, min_value=-1440, max_value=525_600
    )
    health_how = forms.ChoiceField(label=lazy("How the health code was shown"), required=False)
    travel_age = forms.IntegerField(
        label=lazy("Age of the travel code, minutes"), required=False, min_value=-1440, max_value=525_600
    )
    origin_from = forms.RegexField(
        _DIVISION, label=lazy("Comes from, division code"), required=False, help_text=lazy("6, 9 or 12 digits")
    )
    stays = forms.CharField(
        label=lazy("Earlier places"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=lazy("One place a line: code, first day, last day. 320115001 2021-07-28 2021-08-01"),
    )
    mask_corrected = forms.BooleanField(label=lazy("The mask was put right"), required=False)
    first = forms.DecimalField(
        label=lazy("First temperature, if this is the second"),
        required=False, min_value=_COLDEST, max_value=_HOTTEST, decimal_places=1,
    )  # fmt: skip
    pass_state = forms.ChoiceField(label=lazy("Pass shown"), required=False)
    quota_used = forms.IntegerField(
        label=lazy("How often the household was out lately"), required=False, min_value=0, max_value=99
    )
    persuaded_back = forms.IntegerField(
        label=lazy("How often persuaded back today"), required=False, min_value=0, max_value=99
    )

    def __init__(self, content: Content, language: str, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._content, self._language = content, language
        nothing = ("", "—")
        offered: dict[str, list[tuple[str, str]]] = {
            "direction": self._said((Way.IN, Way.OUT)),
            "who": self._said(Who),
            "purpose": [nothing, *self._said(PURPOSES)],
            "unit": [nothing, *((kind.value, _(TITLES[kind])) for kind in UnitKind)],
            "management": [nothing, *((rule.value, _(TITLES[rule])) for rule in Management)],
            "health_how": [nothing, *self._said(HowShown)],
            "pass_state": [nothing, *self._said(PASSES)],
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        self.looks = list(self._add_looks())

    def _said(self, values: Any) -> list[tuple[str, str]]:
        return [(str(value), VALUES[value][self._language]) for value in values]

    def _add_looks(self) -> Iterator[tuple[str, list[str]]]:
        """Step → its fields, in the order of the pack."""
        for step in (self._content["steps"][name] for name in self._content["order"]):
            names = []
            for look, what in step["looks"].items():
                label = what["text"][self._language]
                self.fields[look] = _temperature(label) if "least" in what else self._look(look, what, label)
                names.append(look)
                if step["skips"] and not what.get("optional"):
                    skips = [(reason, skip["text"][self._language]) for reason, skip in step["skips"].items()]
                    self.fields[f"skip_{look}"] = forms.ChoiceField(
                        label=_("Left out because"), required=False, choices=[("", "—"), *skips]
                    )
                    names.append(f"skip_{look}")
            yield step["text"][self._language], names

    def _look(self, look: str, what: Content, label: str) -> forms.ChoiceField:
        words = {value: text[self._language] for value, text in what["results"].items()}
        if look == Look.RECORD:
            words |= {record.value: _(text) for record, text in RECORDS.items() if record.value in words}
        return forms.ChoiceField(label=label, required=False, choices=[("", _(NOT_LOOKED)), *words.items()])

    def clean_stays(self) -> list[Stay]:
        """Lines as stays; the first line that is none is named."""
        found: list[Stay] = []
        for number, line in enumerate(self.cleaned_data["stays"].splitlines(), 1):
            if not line.strip():
                continue
            told = _STAY.fullmatch(line.strip())
            if told is None or not _are_days(told[2], told[3] or told[2]):
                raise forms.ValidationError(
                    _("Line %(number)d: write code, first day, last day, such as 320115001 2021-07-28 2021-08-01.")
                    % {"number": number}
                )
            found.append(Stay({"code": told[1], "from": told[2], "to": told[3] or told[2]}))
        return found

    def case(self, now: dt.datetime) -> Case:
        """As the verdict reads it."""
        given = self.cleaned_data
        at = given["at"] or now
        moment = to_ms(at)
        names = [name for _step, fields in self.looks for name in fields]
        checks = {name: _wire(given[name]) for name in names if not name.startswith("skip_") and given[name]}
        checks |= {
            f"{code}_at": moment - given[f"{code}_age"] * 60_000
            for code in ("health", "travel")
            if given[f"{code}_age"] is not None
        }
        if given["first"] is not None:
            checks["temperature_before"] = _wire(given["first"])
        checks |= {name: given[name] for name in ("health_how", "origin_from", "mask_corrected") if given[name]}
        record = checks.pop("record", None)
        case = Case(
            at=moment, day=timezone.localtime(at).date().isoformat(), direction=given["direction"], who=given["who"],
            purpose=given["purpose"] or None, unit=given["unit"] or None, management=given["management"] or None,
            checks=checks, stays=given["stays"], pass_state=given["pass_state"] or None,
            skipped={name.removeprefix("skip_"): given[name] for name in names if name[:5] == "skip_" and given[name]},
            past={name: given[name] for name in ("quota_used", "persuaded_back") if given[name] is not None},
        )  # fmt: skip
        if record:
            case["record"] = record
        return case


def _temperature(label: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=f"{label}, °C", required=False, min_value=_COLDEST, max_value=_HOTTEST, decimal_places=1
    )


def _wire(value: Any) -> Any:
    return int(value * 10) if isinstance(value, Decimal) else value


def _are_days(first: str, last: str) -> bool:
    try:
        return dt.date.fromisoformat(first) <= dt.date.fromisoformat(last)
    except ValueError:
        return False
