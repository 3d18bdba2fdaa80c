"""Reads of deliveries and parcels, within the reader's scope."""
