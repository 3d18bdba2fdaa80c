"""Pages of deliveries and parcels, for desk and gate, and for whoever expects a goods vehicle."""
