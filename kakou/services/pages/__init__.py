"""Pages of services: for whoever reports, without an account or a script, and for the desk."""
