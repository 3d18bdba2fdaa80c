"""Web: the HTML shell, error to response map, live events. No domain words."""
