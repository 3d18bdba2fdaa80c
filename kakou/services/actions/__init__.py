"""The only writes of requests: what people report, what comes in and waits for a person, how the answer is rated, what
is shown of them and why, and what is destroyed when it falls due."""

from kakou.services.actions.collecting import collect_mail
from kakou.services.actions.forgetting import forget_requests
from kakou.services.actions.inlets import add_inlet, change_inlet, switch_inlet
from kakou.services.actions.keys import end_key, key_of, make_key
from kakou.services.actions.opening import Opened, hold_photo, open_request
from kakou.services.actions.proposing import Pasted, Said, discard_proposal, paste, propose, take
from kakou.services.actions.rating import rate
from kakou.services.actions.showing import reveal_contact, show_photo, show_proposal, show_sent_photo
from kakou.services.actions.trying import count_wrong, forgive
from kakou.services.actions.watching import watch_proposals
from kakou.services.actions.word import hush, tell_reporters

__all__ = [
    "Opened", "Pasted", "Said", "add_inlet", "change_inlet", "collect_mail", "count_wrong", "discard_proposal",
    "end_key", "forget_requests", "forgive", "hold_photo", "hush", "key_of", "make_key", "open_request", "paste",
    "propose", "rate", "reveal_contact", "show_photo", "show_proposal", "show_sent_photo", "switch_inlet", "take",
    "tell_reporters", "watch_proposals",
]  # fmt: skip
