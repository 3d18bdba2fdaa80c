"""EU Digital COVID Certificates: from the text HC1:... to what was signed, by whom, for how long, and not withdrawn."""

from kakou.screening.credentials.dcc.verifying import PREFIX, verify_dcc

__all__ = ["PREFIX", "verify_dcc"]
