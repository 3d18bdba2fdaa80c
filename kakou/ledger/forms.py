"""What people type into the ledger's pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import gettext_noop

from kakou.workorders.rules import Kind

MOST = 200  # as audit reasons
# facts that closing may have to state, as questions; a kind that names others shows their code
EVIDENCE = {"finding": gettext_noop("What was found out or done")}


class EvidenceForm(forms.Form):
    """What was found out or done: a box for every fact that closing this kind of order must state."""

    def __init__(self, kind: Kind, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name in sorted(kind.evidence) or ["finding"]:
            self.fields[name] = forms.CharField(
                label=_(EVIDENCE.get(name, name)),
                max_length=MOST,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=_("No names, numbers or addresses: they are in the record already."),
            )

    def evidence(self) -> dict[str, str]:
        """Fact → text."""
        return {name: str(text) for name, text in self.cleaned_data.items()}


class NoteForm(forms.Form):
    """What was tried so far."""

    text = forms.CharField(label=lazy("What was tried"), max_length=MOST, widget=forms.Textarea(attrs={"rows": 2}))


class ReopenForm(forms.Form):
    """Why it was closed too early."""

    reason = forms.CharField(label=lazy("Why is it not settled?"), max_length=MOST, min_length=2)


class OwnerForm(forms.Form):
    """Who answers for an order from now on: one of those who may close it."""

    owner = forms.TypedChoiceField(label=lazy("Who answers for it"), coerce=int)

    def __init__(self, *args: object, closers: list[tuple[int, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        owner = self.fields["owner"]
        assert isinstance(owner, forms.TypedChoiceField)
        owner.choices = closers


class ReasonForm(forms.Form):
    """Why a person's data is unmasked; it stands in the audit for good."""

    reason = forms.CharField(
        label=lazy("Why do you need to see it?"),
        max_length=200,
        min_length=4,
        help_text=lazy("The reason is kept with your account and the time, for good."),
    )


class ResolutionForm(forms.Form):
    """What becomes of an item in quarantine."""

    decision = forms.ChoiceField(
        label=lazy("What becomes of it?"),
        widget=forms.RadioSelect,
        choices=[
            ("again", lazy("What it tells was recorded again in another way")),
            ("aside", lazy("Set it aside: it is not true, or not a passage")),
        ],
    )
    reason = forms.CharField(label=lazy("How do you know?"), max_length=MOST, min_length=2)


class AllowanceForm(forms.Form):
    """How long somebody may stay, or stay out. `whom`: kind and purpose, as "visit:3"."""

    whom = forms.ChoiceField(label=lazy("For whom"))
    hours = forms.DecimalField(
        label=lazy("At most so many hours"),
        required=False,
        min_value=Decimal("0.25"),
        max_value=Decimal(365 * 24),
        decimal_places=2,
        help_text=lazy("Leave empty to take back what was set here: then the unit above decides."),
    )

    def __init__(self, whom: Sequence[tuple[str, str]], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["whom"].choices = whom  # type: ignore[attr-defined]

    def line(self) -> tuple[str, int, dt.timedelta | None]:
        """Kind, purpose, how long."""
        kind, purpose = self.cleaned_data["whom"].split(":")
        hours = self.cleaned_data["hours"]
        return kind, int(purpose), None if hours is None else dt.timedelta(hours=float(hours))
