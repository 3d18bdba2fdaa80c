"""Phones: the drill's devices on the line. They speak to the intake over HTTP as real ones do; no Django in here."""

from kakou.drill.phones.fleet import Ack, Fleet, IntakeRefused, ServerAway

__all__ = ["Ack", "Fleet", "IntakeRefused", "ServerAway"]
