"""The kit that pages are built from: built files, shapes, words for time, pages of a list. Tags in `templatetags`."""
