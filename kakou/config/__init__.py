"""Config: settings, URLs, command line, supervisor, processes. Here everything is wired; nothing is decided."""
