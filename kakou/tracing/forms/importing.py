"""A line list: a file, or rows pasted out of Excel; and what holds for rows that do not say it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from kakou.tracing.actions.importing import Otherwise
from kakou.tracing.pages.words import GRADES
from kakou.tracing.policy import Grade

MOST_BYTES = 2 << 20


class LineListForm(forms.Form):
    """See the module. What was read from a file stands in the box afterwards."""

    text = forms.CharField(
        label=lazy("Rows copied out of Excel, with their titles"), required=False, strip=False, max_length=MOST_BYTES,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off", "wrap": "off"}),
        help_text=lazy("姓名 and 最后接触时间 must be there; 证件号码, 电话, 与病例关系, 病例, 判定, 单位, 住址 may."),
    )  # fmt: skip
    file = forms.FileField(label=lazy("Or a sheet (.xlsx or .csv)"), max_length=200, required=False)
    case = forms.ChoiceField(label=lazy("Rows without a case: contacts of"), required=False)
    grade = forms.ChoiceField(label=lazy("Rows without a grade or relation: come in as"))
    node = forms.TypedChoiceField(label=lazy("Rows without a unit: register them at"), coerce=int)

    def __init__(
        self, *args: Any, cases: Sequence[tuple[str, str]], units: Sequence[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        graded = [(grade.value, _(sign.msgid)) for grade, sign in GRADES.items() if grade is not Grade.NONE]
        self.fields["grade"].choices = graded  # type: ignore[attr-defined]
        self.fields["case"].choices = [*cases, ("", _("not known"))]  # type: ignore[attr-defined]
        self.fields["node"].choices = list(units)  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        """Refuse what is too large before reading it."""
        file = self.cleaned_data["file"]
        if file and file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 2 MB."))
        return file

    def clean(self) -> dict[str, Any]:
        """A file, or a text."""
        given = super().clean() or {}
        if not given.get("file") and not (given.get("text") or "").strip() and not self.errors:
            raise forms.ValidationError(_("Paste the rows, or choose a file."))
        return given

    def otherwise(self) -> Otherwise:
        """As the action takes it."""
        given = self.cleaned_data
        return Otherwise(given["node"], Grade(given["grade"]), UUID(given["case"]) if given["case"] else None)
