"""Frames of a bad camera: passes on 1280x720, blurred, dazzled, dark, crumpled; drawn from a seed, never kept.

`kinds` says what can be wrong with a frame and how badly, `paper` draws a pass, `camera` what a camera makes of it,
`frame_set` all frames of a seed. `decoding` shows them to decoders in a headless Chromium; `command` tells how many
each of them read, and how fast (`kakou bench frames`).
"""
