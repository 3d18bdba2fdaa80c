"""The login page: answers a locked-out account the way axes decides."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm
from allauth.account.views import LoginView
from axes.decorators import axes_dispatch, axes_form_invalid
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _

from kakou.access.login.adapter import on_this_machine
from kakou.access.models import Staff


def nowhere(request: HttpRequest) -> HttpResponse:
    """Stands where allauth would take an address, or send a new password to one: nobody has an address here."""
    raise Http404


class StaffLoginForm(LoginForm):
    """Names the credential as axes expects it, and keeps drill accounts on this machine."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # no mail is sent from here, so nobody can reset a password but an administrator
        self.fields["password"].help_text = _("Forgotten? Ask your administrator.")

    def user_credentials(self) -> dict[str, Any]:
        """The credentials with the field that AXES_USERNAME_FORM_FIELD names."""
        given: dict[str, Any] = super().user_credentials()
        given["login"] = given.get("username")
        return given

    def clean(self) -> Any:
        """Refuse a drill account from elsewhere, and one that is closed, with the words for a wrong password."""
        cleaned = super().clean()
        user = getattr(self, "user", None)
        if isinstance(user, Staff) and (not user.is_active or (user.is_drill and not on_this_machine(self.request))):
            raise get_adapter(self.request).validation_error("username_password_mismatch")
        return cleaned


@method_decorator(axes_dispatch, name="dispatch")
@method_decorator(axes_form_invalid, name="form_invalid")
class StaffLoginView(LoginView):
    """Stands at its URL before include("allauth.urls")."""

    form_class = StaffLoginForm
