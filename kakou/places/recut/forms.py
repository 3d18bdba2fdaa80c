"""What people type who cut the tree anew."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django import forms
from django.utils.translation import gettext_lazy as lazy

from kakou.audit.rules import REASON_LENGTH
from kakou.places.models import Unit
from kakou.places.queries import entrance_names, path_of, units_inside
from kakou.places.recut.preview import superiors_for, takers_for
from kakou.places.recut.second import seconds_for
from kakou.places.rules import LONGEST_NAME, Act

Choices = list[tuple[int, str]]
LONGEST_BUILDINGS = 400


class _Cut(forms.Form):
    reason = forms.CharField(
        label=lazy("Why"),
        max_length=REASON_LENGTH,
        help_text=lazy("Who reads it in a year must understand it. No names of residents, no telephone numbers."),
    )


class MoveForm(_Cut):
    """To which superior."""

    other = forms.TypedChoiceField(label=lazy("New superior"), coerce=int)
    field_order = ("other", "reason")

    def __init__(self, data: Mapping[str, object] | None, unit: Unit, mine: Collection[int], residents: bool) -> None:
        super().__init__(data)
        self.fields["other"].choices = _named(superiors_for(unit, mine))  # type: ignore[attr-defined]


class MergeForm(_Cut):
    """Into which unit."""

    other = forms.TypedChoiceField(label=lazy("Becomes a part of"), coerce=int)
    field_order = ("other", "reason")

    def __init__(self, data: Mapping[str, object] | None, unit: Unit, mine: Collection[int], residents: bool) -> None:
        super().__init__(data)
        self.fields["other"].choices = _named(takers_for(unit, mine))  # type: ignore[attr-defined]


class SplitForm(_Cut):
    """What goes to the new unit, and what that is called."""

    name = forms.CharField(label=lazy("Name of the new unit"), max_length=LONGEST_NAME)
    entrances = forms.TypedMultipleChoiceField(
        label=lazy("Entrances that go there"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    inside = forms.TypedMultipleChoiceField(
        label=lazy("Units that go there"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    buildings = forms.CharField(
        label=lazy("Buildings whose residents go there"),
        max_length=LONGEST_BUILDINGS,
        required=False,
        help_text=lazy("As in the register, such as 3栋 4栋 (with spaces between them). Empty: nobody moves house."),
    )
    field_order = ("name", "entrances", "inside", "buildings", "reason")

    def __init__(self, data: Mapping[str, object] | None, unit: Unit, mine: Collection[int], residents: bool) -> None:
        super().__init__(data)
        doors = entrance_names(unit.entrances.order_by("name").values_list("node_id", flat=True))
        inner = [one for one in units_inside(unit.node_id) if one.merged_into_id is None]
        _offer(self, "entrances", [(one.node_id, one.name) for one in unit.entrances.filter(node_id__in=doors)])
        _offer(self, "inside", [(one.node_id, one.name) for one in inner])
        if not residents:
            del self.fields["buildings"]


class SecondForm(_Cut):
    """Who manages the unit on behalf of its superior."""

    superior = forms.TypedChoiceField(
        label=lazy("Managed on behalf by"),
        coerce=int,
        required=False,
        empty_value=None,
        help_text=lazy(
            "Whoever works there sees its places, passages and open orders, closes them and gives directives; residents"
            " and staff stay with its own superior."
        ),
    )
    field_order = ("superior", "reason")

    def __init__(self, data: Mapping[str, object] | None, unit: Unit) -> None:
        super().__init__(data, initial={"superior": unit.node.second_superior_id})
        self.fields["superior"].choices = _named(seconds_for(unit))  # type: ignore[attr-defined]


FORMS: Mapping[Act, type[MoveForm] | type[MergeForm] | type[SplitForm]] = {
    Act.MOVED: MoveForm,
    Act.SPLIT: SplitForm,
    Act.MERGED: MergeForm,
}


def _offer(form: forms.Form, name: str, choices: Choices) -> None:
    if choices:
        form.fields[name].choices = choices  # type: ignore[attr-defined]
    else:
        del form.fields[name]


def _named(units: Sequence[Unit]) -> list[tuple[int | str, str]]:
    """With the unit around, for every street has a first village."""
    named = [(unit.node_id, " › ".join(above.name for above in path_of(unit.node_id)[-2:])) for unit in units]
    return [("", "—"), *named]
