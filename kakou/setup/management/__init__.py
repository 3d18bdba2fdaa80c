"""Commands of setup."""
