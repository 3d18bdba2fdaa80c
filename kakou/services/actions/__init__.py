"""The only writes of requests: what people report, how they rate the answer, what is shown of them and why, and what
is destroyed when it falls due."""

from kakou.services.actions.forgetting import forget_requests
from kakou.services.actions.keys import end_key, key_of, make_key
from kakou.services.actions.opening import Opened, hold_photo, open_request
from kakou.services.actions.rating import rate
from kakou.services.actions.showing import reveal_contact, show_photo

__all__ = [
    "Opened", "end_key", "forget_requests", "hold_photo", "key_of", "make_key", "open_request", "rate",
    "reveal_contact", "show_photo",
]  # fmt: skip
