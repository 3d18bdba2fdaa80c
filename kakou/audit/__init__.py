"""Audit: a hash-chained record of who did and who saw what. Never changes a row.

Owns: the chain of events and its signed head. Promises: an event is there exactly when what it tells of is there (same
transaction); an edited, deleted, inserted or cut-off row is found and named. Never: holds personal data (subjects are
ids, facts are codes and numbers), knows people or places except as ids, or points with a foreign key at anything that
may be destroyed.

All writers of one installation stand in one line: the chain is extended under one advisory lock, held until the
writer's transaction ends. That costs nothing at the rate of human acts (some thousand commits a second on one disk) and
is why passages are not audit events one by one: each device's daily head enters the chain instead. Record last in an
action, so that the lock is held shortly.
"""
