"""Trainings by a scenario, from the file to the orders in the ledger."""
