"""What every page of the office stands in: rail, place, language, theme. `shell.context` gives it to the templates."""
