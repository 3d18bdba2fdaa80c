"""Pages of notices: `channels` with the desk of what waits, `tellings`: who is told of what."""
