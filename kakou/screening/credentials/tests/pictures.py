"""Pictures of codes, and the code in them."""

from __future__ import annotations

import io

import zxingcpp
from PIL import Image, UnidentifiedImageError


def text_in(png: bytes) -> str | None:
    """The text of the one code in the picture, or None."""
    try:
        picture = Image.open(io.BytesIO(png)).convert("RGBA")
    except UnidentifiedImageError:
        return None
    grey = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("L")
    found = zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormat.QRCode)
    return found[0].text if len(found) == 1 else None
