"""What is typed about who works here."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kakou.access.roster.actions import Known
from kakou.access.roster.rules import LONGEST, TITLES, Identity
from kakou.access.rules import ROLES, Role


class KnownForm(forms.Form):
    """Duty title, what somebody is, and his party branch."""

    display = forms.CharField(
        label=_("Duty title"), max_length=LONGEST, help_text=_("Shown beside what is done: a duty, not a name.")
    )
    identities = forms.MultipleChoiceField(
        label=_("Identities"), required=False, widget=forms.CheckboxSelectMultiple(),
        help_text=_("They give no permission; roles do."),
    )  # fmt: skip
    branch = forms.CharField(label=_("Party branch"), max_length=LONGEST, required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        identities = self.fields["identities"]
        assert isinstance(identities, forms.MultipleChoiceField)
        identities.choices = [(one.value, gettext(TITLES[one])) for one in Identity]

    def known_at(self, node: int) -> Known:
        """What was typed, of somebody who belongs to `node`."""
        given = self.cleaned_data
        identities = frozenset(Identity(one) for one in given["identities"])
        return Known(given["display"].strip(), node, identities, given["branch"].strip())


class AccountForm(KnownForm):
    """A new account, with the role that it begins with."""

    username = forms.CharField(
        label=_("Account"), max_length=LONGEST, help_text=_("The name it logs in with."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip
    role = forms.ChoiceField(label=_("Role here"), required=False, help_text=_("May be given later too."))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)
        role.choices = [("", "—"), *((one.value, gettext(ROLES[one].title)) for one in Role)]
        self.order_fields(["username", "display", "role", "identities", "branch"])
