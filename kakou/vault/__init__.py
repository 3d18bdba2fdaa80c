"""Vault: encryption of fields, blind indexes, masking and the key store outside the database."""
