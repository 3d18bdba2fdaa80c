"""Places: street to gate as a tree, entrances and their state. Never decides who may pass."""
