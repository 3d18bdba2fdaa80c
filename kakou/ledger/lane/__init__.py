"""The intake lane: bare ASGI with group commit. Imports no Django.

Owns: the wire form of a passage, its canonical text and hash, the checks that devices and imports share, the way of a
batch from the socket to COMMIT. Promises: acknowledged means committed; what cannot be accepted is kept whole, sealed,
and shown to a person. Never: decides who may pass, overwrites, drops.
"""
