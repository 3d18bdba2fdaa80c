"""One answer for one thing that went wrong, in the form the asker can use."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_noop

from kakou.kernel.errors import Refusal
from kakou.web.shell.here import ask_no_more

TITLES = {
    400: gettext_noop("This request cannot be read"),
    403: gettext_noop("You may not do this here"),
    404: gettext_noop("Not found"),
    405: gettext_noop("This cannot be opened that way"),
    409: gettext_noop("Somebody was quicker"),
    413: gettext_noop("This is too large"),
    422: gettext_noop("This could not be accepted"),
    429: gettext_noop("Too many attempts"),
    500: gettext_noop("Something broke here"),
    503: gettext_noop("Not available for a moment"),
}
WORDS = {
    400: gettext_noop("The address or the form is damaged. Go back, reload the page and try again."),
    403: gettext_noop("Your role does not allow it, or the page was open too long. Reload the page and try again."),
    404: gettext_noop("It does not exist, or it lies outside your places. Check the address, or search for it."),
    405: gettext_noop("Open the page from the menu instead."),
    409: gettext_noop("It was changed meanwhile. Reload the page and look again."),
    413: gettext_noop("Send less at once."),
    422: gettext_noop("Check what you entered and try again."),
    429: gettext_noop(
        "Wait a quarter of an hour, then try again. If you forgot your password, ask your administrator."
    ),
    500: gettext_noop("It was written to the log. What you had saved before is kept. Try again in a minute."),
    503: gettext_noop("The database is away. Gates keep recording; nothing is lost. This page tries again by itself."),
}
RETRY_AFTER = 5  # seconds


@dataclass(frozen=True, slots=True)
class Answer:
    """What is told: HTTP status, machine-read code, and the words, already in the reader's language."""

    status: int
    code: str
    text: str

    @property
    def title(self) -> str:
        """The heading for this status."""
        return gettext(TITLES.get(self.status, TITLES[422 if self.status < 500 else 500]))


def of_refusal(refusal: Refusal) -> Answer:
    """The words of a refusal: its msgid translated, then its parameters filled in."""
    text = gettext(refusal.text)
    return Answer(refusal.status, refusal.code, text % refusal.params if refusal.params else text)


def of_status(status: int) -> Answer:
    """The general words for a status."""
    return Answer(status, f"http-{status}", gettext(WORDS.get(status, WORDS[422 if status < 500 else 500])))


def wants_json(request: HttpRequest) -> bool:
    """Programs say so; browsers accept HTML."""
    return request.path.startswith("/api/") or "text/html" not in request.headers.get("Accept", "text/html, */*")


def give(request: HttpRequest, answer: Answer) -> HttpResponse:
    """Tell `answer` as JSON, as a part that htmx puts into #notice, or as a page."""
    ask_no_more(request)
    part = request.headers.get("HX-Request") == "true"
    response: HttpResponse
    if part:
        response = render(request, "web/refusal_part.html", {"answer": answer}, status=answer.status)
        response["HX-Retarget"] = "#notice"
        response["HX-Reswap"] = "innerHTML show:window:top"
    elif wants_json(request):
        response = JsonResponse({"code": answer.code, "text": answer.text}, status=answer.status)
    else:
        # the rail asks the database for whoever is signed in; a fault, a transaction already lost, or a request refused
        # before anybody looked who asks (a wrong Host), gets the page that asks nothing
        unknown = not hasattr(request, "user")
        bare = answer.status >= 500 or unknown or transaction.get_connection().needs_rollback
        template = "web/fault.html" if bare else "web/refusal.html"
        response = render(request, template, {"answer": answer}, status=answer.status)
    if answer.status == 503:
        response["Retry-After"] = str(RETRY_AFTER)
    response["Cache-Control"] = "no-store"
    return response
