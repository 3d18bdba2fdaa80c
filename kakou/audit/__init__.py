"""Audit: a hash-chained record of who did and who saw what. Never changes a row.

Owns: the chain of events and its signed head. Promises: an event is there exactly when what it tells of is there (same
transaction); an edited, deleted, inserted or cut-off row is found and named. Never: holds personal data (subjects are
ids, facts are codes and numbers), knows people or places except as ids, or points with a foreign key at anything that
may be destroyed.

All writers of one installation stand in one line: the chain grows under one advisory lock. A deferred trigger takes it
as the last thing before COMMIT, so it is held for one flush to disk however long the transaction was, and no two
writers can wait for each other's rows while holding it. That bears some hundred to some thousand audited transactions a
second, depending on the disk: far above the rate of human acts, and the reason why passages are not audit events one by
one; each device's daily head enters the chain instead.
"""
