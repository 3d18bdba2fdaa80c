"""Leases: until when a phone may know names, and the signed text that lengthens one without a network.

Owns: what such a text says and how it is written, and who may have one shown. Promises: the key that a phone pinned
signs it; it names one gate or one phone, a span in which it may be scanned, and at most 24 hours. Never: opens
anything by itself; names are opened by a badge.
"""

from kakou.access.leases.text import HOURS, Renewal, RenewalMisread, read_renewal, renewal_text

__all__ = ["HOURS", "Renewal", "RenewalMisread", "read_renewal", "renewal_text"]
