"""Badges: with which a member of staff, together with a PIN, opens the names on a gate phone for a shift.

Owns: what is printed on a badge, which PINs are refused, the key that both make, issuing and revoking. Promises: the
secret is shown once, and neither it nor the PIN is kept. Never: knows a name; what the key opens is the bundle's
business.
"""

from kakou.access.badges.keys import KEY_BYTES, ROUNDS, SECRET_BYTES, badge_key
from kakou.access.badges.pins import PinRefused, check_pin
from kakou.access.badges.text import BadgeMisread, badge_text, read_badge

__all__ = [
    "KEY_BYTES",
    "ROUNDS",
    "SECRET_BYTES",
    "BadgeMisread",
    "PinRefused",
    "badge_key",
    "badge_text",
    "check_pin",
    "read_badge",
]
