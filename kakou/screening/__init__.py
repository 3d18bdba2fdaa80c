"""Screening: 三查一看一测一记, as rule packs that say why, and credentials that are really verified.

Owns: what may be observed at a gate (`rules`), the packs and their editions (`packs`), the evaluator of their rules
(`certlogic`), risk areas, the ladder of a fever, credentials (`credentials`) and passes (`passes`).
Promises: a verdict names every reason, the nearest fix and the pack it was decided by; what was not looked at is never
"fine"; what cannot be decided is never let pass.
Never: knows whom a passage is about. A passage is an id here, and what the ledger remembers of somebody comes in as an
argument.
"""
