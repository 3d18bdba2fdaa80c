"""Making, checking and restoring a backup. No Django in here."""
