"""Decisions about cases and contacts: where somebody stands, what a day may say, who may see names. Pure."""
