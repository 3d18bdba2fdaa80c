"""Where places lie: in which datum it was told, whether a shape can be, how far it is, how it is drawn. Pure: no
Django, no clock. Inside Kakou a position is WGS 84, degrees, longitude first, as GeoJSON has it (RFC 7946)."""

from kakou.places.geo.datums import DATUMS, Datum, from_wgs84, to_wgs84
from kakou.places.geo.shapes import (
    Position,
    Shape,
    ShapeKind,
    ShapeRefused,
    checked_position,
    kept_shape,
    read_shape,
)

__all__ = [
    "DATUMS", "Datum", "Position", "Shape", "ShapeKind", "ShapeRefused", "checked_position", "from_wgs84", "kept_shape",
    "read_shape", "to_wgs84",
]  # fmt: skip
