"""Pages of directives: `office` hands down and follows, `unit` acknowledges and does."""
