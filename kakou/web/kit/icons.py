"""Shapes, 20 × 20, drawn in the current colour. A shape is told apart without its colour."""

from __future__ import annotations

SHAPES = {
    # verdicts: each a different outline, readable at arm's length in the sun
    "check": "M10 1a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm-1.6 13.3L4.2 10l1.9-1.9 2.3 2.4 5.5-5.6 1.9 1.9-7.4 7.5Z",
    "triangle": "M10 1.5 19.5 18.5H.5L10 1.5ZM8.8 7v5.5h2.4V7H8.8Zm0 7v2.4h2.4V14H8.8Z",
    "octagon": "M6.3 1h7.4L19 6.3v7.4L13.7 19H6.3L1 13.7V6.3L6.3 1ZM4.5 8.6v2.8h11V8.6h-11Z",
    "back": "M8 3v4h4a6 6 0 0 1 0 12H5v-3h7a3 3 0 0 0 0-6H8v4L1.5 8.5 8 3Z",
    "diamond": "M10 .5 19.5 10 10 19.5.5 10 10 .5ZM8.8 5v6.5h2.4V5H8.8Zm0 8v2.4h2.4V13H8.8Z",
    "cross": "M7.5 1h5v6.5H19v5h-6.5V19h-5v-6.5H1v-5h6.5V1Z",
    # directions and things
    "in": "M11 2h7v16h-7v-2.5h4.5v-11H11V2ZM7 5l5.5 5L7 15v-3.5H1v-3h6V5Z",
    "out": "M9 2H2v16h7v-2.5H4.5v-11H9V2Zm4 3 5.5 5-5.5 5v-3.5H7v-3h6V5Z",
    "through": "M13 5l6 5-6 5v-3.5H7V15l-6-5 6-5v3.5h6V5Z",
    "clock": "M10 1a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm-1.2 3.5h2.4v5l3.6 2.1-1.2 2.1-4.8-2.9V4.5Z",
    "menu": "M2 4h16v2.2H2V4Zm0 4.9h16v2.2H2V8.9Zm0 4.9h16V16H2v-2.2Z",
    "dot": "M10 5a5 5 0 1 0 0 10 5 5 0 0 0 0-10Z",
    "ring": "M10 4a6 6 0 1 0 0 12 6 6 0 0 0 0-12Zm0 2.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7Z",
}
