"""Passes (出入证): the text in the printed code, who may use it where, and the sheets it is printed on.

The code holds a random number and nothing else, so there is nothing to read in it and nothing to forge it with:
whether it is genuine is asked of the phone's signed roster, else of the server. Never a MAC: its key would lie on every
phone, and one stolen phone could then print passes.
"""

from kakou.screening.passes.text import PassMisread, pass_id, pass_text, spaced

__all__ = ["PassMisread", "pass_id", "pass_text", "spaced"]
