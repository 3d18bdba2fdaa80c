"""Sentences of `kakou trace`: msgids, worded in Chinese in the locale of `tracing`."""

READING, BUILDING, WRITING = "Reading stays", "Sorting stays", "Writing"
NO_REASON = "Say with --reason why the ledger is asked, or ask another source with --stays or --index."
UNKNOWN_PERSON = "Of %(person)s there is no stay. Write the id as it stands there."
MORE = "… and %(many)d more: --json shows all, --out FILE.csv or FILE.parquet writes them."
WRITTEN = "%(many)d rows written to %(file)s."
NO_BENCH = "The benchmarks are not part of this installation. Take a checkout of the source and run make setup-dev."
NOBODY = "Nobody."
LAID = "%(stays)d stays of %(persons)d persons in %(places)d places, in %(segments)d parts: %(folder)s (%(mb).1f MB)."
SPREAD = (
    "%(stays)d stays of %(persons)d persons in %(places)d places, in %(files)d files of %(days)d days: %(folder)s "
    "(%(mb).1f MB). The codes of persons mean nothing outside of it."
)
