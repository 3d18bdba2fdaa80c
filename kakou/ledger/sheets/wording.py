"""Sentences of the import: msgids, worded in Chinese in the locale of `ledger`."""

# the mapping file
NOT_TOML = "The mapping file is not valid TOML: %(why)s"
WRONG_SHAPE = "The mapping file says something that is not understood: %(why)s"
UNKNOWN_ZONE = "There is no time zone “%(zone)s”. Write, for example, Asia/Shanghai or UTC."
NO_TIME_COLUMN = "time.columns is empty. Name the column, or the two columns, that hold date and time."
NO_SUBJECT = "subject names no column: give one of %(fields)s."
WRONG_SUBJECT = "subject.%(field)s does not fit subject.kind = “%(kind)s”."
NO_DIRECTION = "Directions are missing: name a direction column with its values, or give units a rule."
TWO_DIRECTIONS = "Give either a direction column or rules of units, not both."
VALUE_TWICE = "The value “%(value)s” stands for two directions."
GATE_TWICE = "The gate “%(gate)s” stands in two units, “%(first)s” and “%(second)s”."
UNIT_TWICE = "The unit “%(unit)s” stands twice in the mapping file."
UNKNOWN_OUTER = "The unit “%(unit)s” lies in “%(outer)s”, which the mapping file does not list above it."
HOME_WITHOUT_RESIDENTS = "The unit “%(unit)s” has the rule “home”, but no home_of says who lives there."
NO_SUCH_MAPPING = "There is no mapping file %(name)s. Shipped ones: %(shipped)s."

# a row
UNKNOWN_TIME = "“%(value)s” is not a time of the form %(formats)s."
IMPOSSIBLE_TIME = "“%(value)s” is no day or hour of the calendar."
TIME_SKIPPED = "%(value)s does not exist in %(zone)s: clocks were put forward then."
TIME_TWICE = "%(value)s came twice in %(zone)s: clocks were put back then."
TOO_EARLY = "%(value)s lies before %(limit)s."
TOO_LATE = "%(value)s lies in the future."
UNKNOWN_GATE = "The gate “%(gate)s” is not in the mapping file."
UNKNOWN_DIRECTION = "“%(value)s” is none of the directions in the mapping file: %(known)s."
UNKNOWN_DOCUMENT_KIND = "“%(value)s” is not a kind of document."
NOBODY = "Nobody is named: %(columns)s are empty."
NOT_A_TEMPERATURE = "“%(value)s” is not a body temperature in °C."

# what to do about it
FIX_TIME = "Enter the time as in the other rows."
FIX_DST = "Write the time with its offset, or say in the mapping file which one is meant (time.ambiguous)."
FIX_GATE = "Correct the name, or add the gate to the mapping file."
FIX_DIRECTION = "Correct the value, or add it to the mapping file."
FIX_NOBODY = "Fill in one of them."
FIX_TEMPERATURE = "Enter a number between 34 and 43, such as 36.5."
FIX_SUBJECT = "Compare with the document or the vehicle."

# what it did
DONE = (
    "%(rows)s rows read, %(stored)s passages of %(subjects)s subjects stored, %(present)s were there already. "
    "%(seconds)s s."
)
DRY_RUN = "%(rows)s rows checked: %(stored)s passages of %(subjects)s subjects would be stored. Nothing was changed."
DIFFERING = "%(differing)s rows were imported before with another direction; the ledger keeps what it has."

# places and people
NO_UNIT = "There is no unit “%(unit)s” where you may import. Make it, or import with --make-places."
UNITS_OF_ONE_NAME = "Several units are called “%(unit)s”. Say with “inside” which one is meant."
NO_ENTRANCE = "The unit “%(unit)s” has no entrance “%(gate)s”. Make it, or import with --make-places."
NO_ACCOUNT = "There is no active account “%(name)s”."
UNKNOWN_KIND = "“%(kind)s” is no kind of unit or entrance."
UNFIT = "Row %(row)s contradicts itself (%(why)s %(where)s). Nothing was imported."
