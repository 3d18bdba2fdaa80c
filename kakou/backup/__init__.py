"""Backup: the whole database and the files beside it, sealed, verified, and put back.

Owns: the folder of backups (`repository`), reading and loading a database (`database`), making, checking and restoring
a backup (`work`), when one is due (`rules`), what became of each (`journal`). Promises: a backup is of one moment; it
is whole or it is none; killed anywhere, the next run goes on and nothing that was whole is lost; what is restored
equals what was backed up, row for row, before it takes the place of anything. Never: contains the key store, or brings
back a key that was destroyed.
"""
