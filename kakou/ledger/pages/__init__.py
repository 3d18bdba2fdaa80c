"""What people see of the ledger. Pages ask queries and draw; they decide nothing."""
