"""Setting up: from an empty installation to the first gate, guarded by a code that only the console shows.

Owns: the code, the first account, the list of first steps. Never makes a second first administrator: once there is any
account, the pages before it are gone.
"""
