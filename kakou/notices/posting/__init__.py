"""Posting: carries one parcel to its receiver and brings the reply back. The only part that touches the network.

Owns: which addresses may be written to (`guard`), one POST (`http`), one mail (`mail`). Promises: the address that was
checked is the one connected to, no redirect is followed, nobody holds the line longer than its time. Never: decides
what a reply means (`adapters`), or tries twice.
"""

from kakou.notices.posting.carrier import Carrier, carry
from kakou.notices.posting.guard import Guard, NotReached
from kakou.notices.posting.http import ReplyLost

__all__ = ["Carrier", "Guard", "NotReached", "ReplyLost", "carry"]
