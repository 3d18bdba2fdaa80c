"""The only writes of notices."""

from kakou.notices.actions.channels import add_channel, change_channel, send_test, switch
from kakou.notices.actions.desk import discard, retry, retry_all
from kakou.notices.actions.forgetting import forget_texts
from kakou.notices.actions.hearing import hear, tell_what_was_heard
from kakou.notices.actions.people import overtake, tell_person
from kakou.notices.actions.sending import Sender, send_all
from kakou.notices.actions.telling import tell, tell_together
from kakou.notices.actions.tellings import add_tellings, remove_telling

__all__ = [
    "Sender", "add_channel", "add_tellings", "change_channel", "discard", "forget_texts", "hear", "overtake",
    "remove_telling", "retry", "retry_all", "send_all", "send_test", "switch", "tell", "tell_person", "tell_together",
    "tell_what_was_heard",
]  # fmt: skip
