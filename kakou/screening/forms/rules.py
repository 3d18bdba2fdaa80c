"""What people type into the pages of rules, risk areas and trust lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from kakou.places.rules import TITLES, UnitKind
from kakou.screening.credentials.bounded import MAX_TEXT
from kakou.screening.credentials.trust.packed import MOST_BYTES as MOST_LIST
from kakou.screening.packs import Content
from kakou.screening.packs.wording import param_text
from kakou.web.kit.days import DayField, MomentField

MOST_PACK = 1 << 20
TENTHS = "tenths"


def moment_input() -> forms.DateTimeInput:
    """A moment in the site's zone, as browsers let it be chosen."""
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


def day_input() -> forms.DateInput:
    """A day."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class NumbersForm(forms.Form):
    """The numbers of a pack, each within what the pack allows; and why they are changed."""

    note = forms.CharField(
        label=lazy("Why they are changed"), max_length=200, help_text=lazy("Stands with the new version for good.")
    )

    def __init__(self, content: Content, language: str, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._params = content["params"]
        note = self.fields.pop("note")
        for name, param in self._params.items():
            self.fields[name] = _number(param, language)
        self.fields["note"] = note

    def values(self) -> dict[str, int]:
        """Name → value in the number's own unit."""
        return {
            name: int(self.cleaned_data[name] * 10) if param["unit"] == TENTHS else int(self.cleaned_data[name])
            for name, param in self._params.items()
        }


def _number(param: Content, language: str) -> forms.Field:
    bounds = [param_text({**param, "value": param[end]}, language) for end in ("least", "most")]
    told: dict[str, Any] = {
        "label": param["text"][language],
        "help_text": _("%(least)s to %(most)s") % {"least": bounds[0], "most": bounds[1]},
    }
    if param["unit"] == TENTHS:
        least, most, value = (Decimal(param[key]) / 10 for key in ("least", "most", "value"))
        return forms.DecimalField(min_value=least, max_value=most, decimal_places=1, initial=value, **told)
    return forms.IntegerField(min_value=param["least"], max_value=param["most"], initial=param["value"], **told)


class PackFileForm(forms.Form):
    """A whole pack that an office wrote."""

    file = forms.FileField(label=lazy("Rules (.json)"), max_length=200)
    note = forms.CharField(label=lazy("What is new in it"), max_length=200)

    def clean_file(self) -> Any:
        """Refuse what is too large before reading it."""
        if self.cleaned_data["file"].size > MOST_PACK:
            raise forms.ValidationError(_("This pack is larger than 1 MB."))
        return self.cleaned_data["file"]


class PublishForm(forms.Form):
    """Where a version holds, for which kind of unit, from when on."""

    node = forms.TypedChoiceField(label=lazy("At"), coerce=int, help_text=lazy("And at everything inside it."))
    unit_kind = forms.ChoiceField(label=lazy("For"), required=False)
    starts_at = MomentField(
        label=lazy("From"),
        required=False,
        widget=moment_input(),
        input_formats=["%Y-%m-%dT%H:%M"],
        help_text=lazy("Leave empty for now. Phones that are offline go by it when they are back."),
    )

    def __init__(self, *args: object, nodes: list[tuple[int, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        kinds = [(kind.value, _(TITLES[kind])) for kind in UnitKind]
        self.fields["node"].choices = nodes  # type: ignore[attr-defined]
        self.fields["unit_kind"].choices = [("", _("Every kind of unit")), *kinds]  # type: ignore[attr-defined]

    def kind(self) -> UnitKind | None:
        """None: every kind."""
        given = self.cleaned_data["unit_kind"]
        return UnitKind(given) if given else None


class AreasForm(forms.Form):
    """Which areas are shown."""

    words = forms.CharField(label=lazy("Name or code"), max_length=100, required=False)
    day = DayField(label=lazy("At risk on"), required=False, widget=day_input())


class TrustListForm(forms.Form):
    """A packed folder of certificates, key sets and revocation lists."""

    file = forms.FileField(
        label=lazy("Trust list (.zip)"),
        max_length=200,
        help_text=lazy("The ZIP of a folder as docs/how-to/trust-lists.md describes it."),
    )
    name = forms.CharField(
        label=lazy("Name"),
        max_length=60,
        required=False,
        help_text=lazy("Empty: as the list calls itself. A list of the same name is replaced."),
    )

    def clean_file(self) -> Any:
        """Refuse what is too large before reading it."""
        if self.cleaned_data["file"].size > MOST_LIST:
            raise forms.ValidationError(_("This trust list is larger than 20 MB or has more than 5,000 files."))
        return self.cleaned_data["file"]


class CodeForm(forms.Form):
    """The text of a code, as a scanner reads it."""

    code = forms.CharField(
        label=lazy("What the code says"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off", "spellcheck": "false"}),
        help_text=lazy("HC1:…, shc:/… or KP…. It is looked at and not kept."),
    )
    at = MomentField(
        label=lazy("As of"),
        required=False,
        widget=moment_input(),
        input_formats=["%Y-%m-%dT%H:%M"],
        help_text=lazy("Leave empty for now."),
    )


class PosterForm(forms.Form):
    """The poster of one gate."""

    gate = forms.TypedChoiceField(label=lazy("Gate"), coerce=int)
    phone = forms.RegexField(
        r"^[0-9+() -]{3,24}$",
        label=lazy("Telephone of the command room"),
        required=False,
        help_text=lazy("Stands large at the bottom. Leave empty for none."),
    )
    paper = forms.ChoiceField(label=lazy("Paper"), choices=[("a4", "A4"), ("a3", "A3")])

    def __init__(self, *args: object, gates: list[tuple[int, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["gate"].choices = gates  # type: ignore[attr-defined]


class AnswersForm(forms.Form):
    """What somebody said who was asked again."""

    note = forms.CharField(
        label=lazy("What else was said"),
        max_length=200,
        required=False,
        help_text=lazy("No names, numbers or addresses: they are in the record already."),
    )

    def __init__(self, asked: Iterable[tuple[str, str]], answers: Iterable[tuple[str, str]], *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        note, self._asked = self.fields.pop("note"), [name for name, _question in asked]
        offered = list(answers)
        for name, question in asked:
            self.fields[name] = forms.ChoiceField(label=question, choices=offered, widget=forms.RadioSelect)
        self.fields["note"] = note

    def answers(self) -> dict[str, str]:
        """Look → answer."""
        return {name: self.cleaned_data[name] for name in self._asked}


def local_day(at: dt.datetime) -> dt.date:
    """The site's day of a moment."""
    return timezone.localtime(at).date()
