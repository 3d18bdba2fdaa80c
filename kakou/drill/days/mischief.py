"""Mischief: how often things go wrong. Shares of the cases, 0 to 1; chosen so that every open loop of the ledger has
a few examples in three days of two thousand people, and none drowns the rest."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mischief:
    """Rates of what goes wrong; see the field comments for the case each is a share of."""

    unseen: float = 0.001  # crossings nobody writes down: missing exits, orphan exits
    mistaken: float = 0.0002  # crossings written down for a neighbour: a person at two gates at once
    corrected: float = 0.0008  # crossings first written with the wrong direction
    refused: float = 0.05  # visitors persuaded to turn back
    overridden: float = 0.02  # visitors let in against the verdict
    left_out: float = 0.0006  # ways in at which a compulsory look is left out without a word, and let pass
    waved: float = 0.06  # days of a recorder with an hour in which everybody has the same temperature
    feverish: float = 0.0006  # homecomings held for a second measurement
    overnight: float = 0.06  # visitors who stay until the next day
    offline: float = 0.04  # device-days with some hours without network
    repeated: float = 0.02  # uploads whose answer got lost and which are sent again
    altered: float = 0.002  # repeated uploads in which one item is no longer what it was
    misread: float = 0.0004  # temperatures typed in °F: the intake puts them aside
    wrong_clock: bool = True  # one device's clock is some minutes off and it does not know
    loss: bool = True  # one device loses two items for good
    asleep: bool = True  # two devices have not synced at the end


NO_MISCHIEF = Mischief(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, wrong_clock=False, loss=False, asleep=False)
