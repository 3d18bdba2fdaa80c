"""What may be asked for, by which code it is found, when it is rated, what is alike. Pure: no Django, no clock."""

from kakou.kernel.photos import MOST_BYTES, PhotoRefused, Picture, picture_of
from kakou.services.rules.alike import MOST_COMPARED, NOTICED, WITHIN, alike, likeness
from kakou.services.rules.categories import (
    LINES,
    MESSAGE_WAITS,
    REQUESTED,
    Category,
    Channel,
    InletKind,
    Line,
    Stand,
    responsible,
)
from kakou.services.rules.codes import LENGTH, random_code, read_code, spaced
from kakou.services.rules.guessing import Guess, Known, guess, is_chatter, language_of
from kakou.services.rules.inlets import WAYS, InletRefused, checked_known
from kakou.services.rules.messages import LONGEST_PASTED, Message, shown, split_messages
from kakou.services.rules.rating import RATED_WITHIN, After, Rating, RatingRefused, judge_rating, may_rate
from kakou.services.rules.reports import (
    LONGEST,
    LONGEST_TYPED,
    Contact,
    Report,
    TextRefused,
    checked_contact,
    checked_text,
    read_contact,
    read_point,
    write_contact,
    write_point,
)

__all__ = [
    "LENGTH", "LINES", "LONGEST", "LONGEST_PASTED", "LONGEST_TYPED", "MESSAGE_WAITS", "MOST_BYTES", "MOST_COMPARED",
    "NOTICED", "RATED_WITHIN", "REQUESTED", "WAYS", "WITHIN", "After", "Category", "Channel", "Contact", "Guess",
    "InletKind", "InletRefused", "Known", "Line", "Message", "PhotoRefused", "Picture", "Rating", "RatingRefused",
    "Report", "Stand", "TextRefused", "alike", "checked_contact", "checked_known", "checked_text", "guess",
    "is_chatter", "judge_rating", "language_of", "likeness", "may_rate", "picture_of", "random_code",
    "read_code", "read_contact", "read_point", "responsible", "shown", "spaced", "split_messages", "write_contact",
    "write_point",
]  # fmt: skip
