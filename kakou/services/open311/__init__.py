"""Open311 GeoReport v2: the doors by which programs of others report requests and read where they stand. The shapes of
what goes in and out are written down in docs/reference/open311.md."""
