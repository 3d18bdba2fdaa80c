"""Kakou (卡口): software that runs a community's epidemic control."""

__version__ = "0.1.0"
