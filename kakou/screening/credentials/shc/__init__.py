"""SMART Health Cards: from digits in a QR code, or several, to what was signed, by whom, and not withdrawn."""

from kakou.screening.credentials.shc.digits import SCHEME
from kakou.screening.credentials.shc.verifying import verify_shc

__all__ = ["SCHEME", "verify_shc"]
