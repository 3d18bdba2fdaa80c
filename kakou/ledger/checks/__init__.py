"""Checks: what was looked at when somebody passed, as the rules of screening read it, and what is to be asked about it.

Owns: a passage as a case (`cases`), who went on with a fever (`walking`), and the kinds of order that checks open
(`kinds`). Promises: what a passage does not say accuses nobody; any order, any duplication and any split into uploads
of the same passages find the same. Never: reads a table or a clock, or opens an order itself (`ledger.actions`).
"""
