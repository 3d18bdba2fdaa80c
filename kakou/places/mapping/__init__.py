"""Where places lie, in and out: GeoJSON files, the map of what the reader may see, and the page that says where one
place lies."""
