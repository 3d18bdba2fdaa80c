"""Directives (上级通知): what an office above orders, handed down to units, acknowledged and done by each.

Owns: directives, one task for each unit that is told, their papers, reminders. Promises: a task opens exactly one work
order and keeps to its unit however the tree is cut later; nothing of a directive is written anew, it is withdrawn or
another takes its place. Never tells a number of a person.
"""
