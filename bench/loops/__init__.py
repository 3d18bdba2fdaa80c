"""What everything that opens must show (`make show-loops`)."""
