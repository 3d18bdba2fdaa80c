"""What the kakou command offers of this capability."""
