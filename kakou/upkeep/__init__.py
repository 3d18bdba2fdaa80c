"""Upkeep: is everything running? Disk, clock, certificate, folds, jobs, phones that do not come through.

Owns: what is looked at, from where on it is told, and where: the status page, the first page, orders, /livez, /readyz,
/metrics. Promises: whatever stops is told within two minutes, also when it is the worker itself (a sign that does not
come is a sign); nothing about a person. Never: restarts anything (that is `kakou serve`'s).
"""
