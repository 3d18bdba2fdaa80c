"""Reading a database at one moment, and loading it into an empty one. No Django in here."""
