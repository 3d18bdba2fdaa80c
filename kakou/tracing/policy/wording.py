"""What a policy says in words: msgids with their parameters, worded in the reader's language at the edge.

Parameters are numbers and names that need no translation, so one `gettext` makes the whole sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple


class Reason(NamedTuple):
    """One sentence: a msgid and what fills it in."""

    text: str
    params: Mapping[str, object] = {}


def reason(text: str, figures: Mapping[str, object]) -> Reason:
    """The sentence with those of the figures that it names: reasons are kept by thousands."""
    return Reason(text, {name: figures[name] for name in _named(text)})


@cache
def _named(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"%\((\w+)\)", text))


def worded(reason: Reason, gettext: Callable[[str], str] = str) -> str:
    """The sentence in the language of `gettext`; without one in English."""
    return gettext(reason.text) % reason.params


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "a text to be translated later"
    """Mark a msgid."""
    return text


# what happened at a kind of place; an edition names the sentence by its key.
# minutes: time together; times: pairs of stays; gap: minutes between two at a gate; kind: of the place
WHY: Mapping[str, str] = {
    "household": N_("Lives in the same household."),
    "dormitory": N_("Lives in the same dormitory."),
    "vehicle": N_("Sat in the same vehicle (%(times)d×)."),
    "workshop": N_("%(minutes)d min in the same workshop (%(times)d×)."),
    "office": N_("%(minutes)d min in the same office (%(times)d×)."),
    "classroom": N_("%(minutes)d min in the same classroom (%(times)d×)."),
    "canteen": N_("%(minutes)d min in the same canteen (%(times)d×)."),
    "shop": N_("%(minutes)d min in the same shop (%(times)d×)."),
    "place": N_("%(minutes)d min in the same public place (%(times)d×)."),
    "compound": N_("%(minutes)d min in the same compound (%(times)d×)."),
    "urban_village": N_("%(minutes)d min in the same urban village (%(times)d×)."),
    "village": N_("%(minutes)d min in the same village (%(times)d×)."),
    "village_group": N_("%(minutes)d min in the same villagers' group (%(times)d×)."),
    "enterprise": N_("%(minutes)d min in the same enterprise (%(times)d×)."),
    "site": N_("%(minutes)d min on the same building site (%(times)d×)."),
    "community": N_("%(minutes)d min within the same community (%(times)d×)."),
    "larger": N_("%(minutes)d min within the same street, zone or county (%(times)d×)."),
    "gate": N_("Passed the same gate within %(gap)d min (%(times)d×)."),
    "road": N_("Passed the same road checkpoint within %(gap)d min (%(times)d×)."),
    "unknown": N_("%(minutes)d min in the same place (%(times)d×), of a kind that has no rule: %(kind)s."),
}

# what follows from it. least: minutes together that are needed; hours, days: how long one of both must have been there
# altogether, within how many days
CLOSE_ANY = N_("However short, that makes a close contact.")
CLOSE_FROM = N_("From %(least)d min on that makes a close contact.")
COMPANION = N_("That makes a companion in time and space.")
COMPANION_LONG = N_("As one of both was there for %(hours)d h within %(days)d days, that makes a companion.")
ALONE = N_("That alone makes nobody a contact.")
TOO_SHORT = N_("It counts from %(least)d min on, so nothing follows.")
NOT_LONG = N_("Neither was there for %(hours)d h within %(days)d days, so nothing follows.")
NOT_COUNTED = N_("It counts if one of both was there for %(hours)d h within %(days)d days: nobody counted that.")
ONWARD = N_("As it was with a close contact, it makes a contact of a contact.")
NOT_ONWARD = N_("As it was with a close contact, and not with the case, nothing follows.")

# what is to be known besides
CROWD = N_("%(present)d people were there: the time together is reckoned over them.")
UNCOUNTED = N_("Nobody counted the people there: it is ranked as if there had been %(present)d.")
UNCERTAIN = N_("Not certain: an end of a stay was not recorded, and the latest it can have been was taken.")

BEFORE_ONSET = N_("Looked back %(days)d days before the onset on %(day)s (%(edition)s).")
BEFORE_SAMPLE = N_("Looked back %(days)d days before the first positive sample on %(day)s (%(edition)s).")

STAGES: Mapping[str, str] = {
    "central_isolation": N_("Central isolation for %(days)d days."),
    "home_isolation": N_("Isolation at home for %(days)d days."),
    "home_monitor": N_("Monitoring at home for %(days)d days."),
    "health_watch": N_("Own health watched for %(days)d days."),
}
TESTS: Mapping[str, str] = {
    "nasopharyngeal": N_("Day %(day)d: test by nasopharyngeal swab, samples: %(samples)d."),
    "oropharyngeal": N_("Day %(day)d: test by oropharyngeal swab, samples: %(samples)d."),
    "any": N_("Day %(day)d: test, samples: %(samples)d."),
}
RELEASES: Mapping[str, str] = {
    "all_negative": N_("Released if every test was negative."),
    "days_over": N_("Released, as the days are over."),
}
