"""Every sentence a sheet can be refused with: msgids, worded in Chinese in the locale of `web`."""

# the file
EMPTY_FILE = "The file is empty."
FILE_TOO_LARGE = "The file is larger than %(limit)s MB. Split it into several files."
DAMAGED = "The file is damaged: %(detail)s. Open it in Excel or WPS and save it again as .xlsx."
DAMAGED_GZ = "The compressed file is damaged or cut off. Compress it again."
INFLATES_TOO_FAR = (
    "Unpacked, the file is larger than %(limit)s MB. Copy the rows you need into a new workbook, or split the file."
)
RATIO_TOO_HIGH = (
    "The part %(part)s unpacks to more than %(ratio)s times its size, as attacks do. "
    "Copy the rows you need into a new workbook and save that."
)
TOO_MANY_ENTRIES = "The workbook holds more than %(limit)s parts. Copy the rows you need into a new workbook."
TWICE_THE_SAME_PART = (
    "The workbook holds the part %(part)s twice, which Excel never writes. Save it again in Excel or WPS."
)
PACKED_OTHERWISE = (
    "The part %(part)s is packed in a way that Excel never uses. Open the workbook in Excel or WPS and save it again."
)
LOCKED = "The workbook has a password. Save it without one."
OLD_EXCEL = "This is an old Excel file (.xls) or a workbook with a password. Save it as .xlsx without a password."
BINARY_EXCEL = "This is a binary Excel file (.xlsb). Save it as .xlsx."
MACROS = "The workbook contains macros (%(part)s). Save it as .xlsx without macros."
EXTERNAL = "The workbook takes data from outside (%(part)s). Break the links, or copy the values into a new workbook."
OPEN_DOCUMENT = "This is an OpenDocument file. Save it as .xlsx or .csv."
NOT_A_WORKBOOK = "This is an archive without an Excel workbook in it."
WEB_PAGE = "This is a web page with the name of a sheet. Open it in Excel or WPS and save it as .xlsx."
PDF = "This is a PDF. A sheet is needed: .xlsx or .csv."
TEXT_NAMED_XLSX = "The file is named %(name)s but holds plain text. If it is a CSV file, rename it to .csv."
XLSX_NAMED_TEXT = "The file is named %(name)s but holds an Excel workbook. Rename it to .xlsx."
DOCTYPE = "The workbook declares entities (%(part)s), which Excel never writes. Save it again in Excel or WPS."
PIECE_TOO_LONG = (
    "The part %(part)s contains one piece larger than %(limit)s MB. Save the workbook again in Excel or WPS."
)
TOO_MANY_STRINGS = "The workbook holds more than %(limit)s different texts. Split it into several files."

# the sheet
NO_SUCH_SHEET = "There is no sheet named “%(sheet)s”. The workbook has: %(sheets)s."
NO_VISIBLE_SHEET = "The workbook has no visible sheet."
NO_HEADER = "The sheet is empty: no row of column titles was found."
NO_ROWS = "The sheet has column titles and no row below them. Fill in the rows, or choose the sheet that holds them."
TITLE_TWICE = "The column title “%(title)s” stands in %(first)s and in %(second)s. Rename one of them."
MISSING_COLUMNS = "Missing columns: %(missing)s. The sheet has: %(present)s."
TOO_MANY_ROWS = "The sheet has more than %(limit)s rows. Split it into several files."
TOO_MANY_COLUMNS = "Row %(row)s has more than %(limit)s columns. Copy the columns you need into a new sheet."
MERGED = "Merged cells: %(ranges)s. Unmerge them and fill in every cell: under a merged cell the others are empty."
BEYOND_HEADER = (
    "Row %(row)s has %(cells)s cells, but there are %(columns)s column titles. "
    "A text with “%(delimiter)s” in it must stand in quotes."
)
OPEN_QUOTE = "In row %(row)s a quotation mark is opened and never closed."
STRAY_QUOTE = "In row %(row)s a quotation mark stands inside a quoted text. Write it twice."
ROW_TOO_LONG = "Row %(row)s is longer than %(limit)s characters."
WRONG_ENCODING = (
    "The text is neither UTF-8 nor GB18030: byte %(offset)s, in line %(line)s, cannot be read. "
    "Save the file as UTF-8 CSV or .xlsx."
)
DAMAGED_UTF8 = "The text is UTF-8 with a damaged character: byte %(offset)s, in line %(line)s. Save the file again."
DAMAGED_UTF16 = "The text is UTF-16 with a damaged character in line %(line)s. Save the file as UTF-8 CSV or .xlsx."
NO_BOM_UTF16 = "The text looks like UTF-16 without its mark. Save the file as UTF-8 CSV or .xlsx."

# the cell
CELL_TOO_LONG = "The text is longer than %(limit)s characters."
CONTROL_CHARACTER = "The text contains an invisible control character (code %(code)s)."
FORMULA = "This is a formula (%(formula)s), not a value."
ERROR_VALUE = "This is the error %(error)s, not a value."
LOST_DIGITS = "The number has more than 15 digits: Excel has already changed the last ones to zeros."
NOT_WHOLE_IDENTIFIER = "A number or a time (%(value)s) stands where a text is needed."
EMPTY_CELL = "The cell is empty."
NOT_A_TEXT = "A time (%(value)s) stands where a text is needed."
NOT_A_NUMBER = "“%(value)s” is not a whole number."
NOT_A_TIME = "“%(value)s” is not a time."

# what to do about it
FIX_LENGTH = "Shorten the text."
FIX_CONTROL = "Delete the text and type it again."
FIX_FORMULA = "Copy the cells and paste them as values."
FIX_ERROR = "Correct the cell or clear it."
FIX_DIGITS = "Format the column as text, then enter the number again from the document."
FIX_TEXT = "Format the column as text and enter it again."
FIX_EMPTY = "Fill in the cell."
FIX_NUMBER = "Enter a whole number."
FIX_TIME = "Enter a date and time, for example 2022-03-01 08:30."

# worth knowing, no reason to refuse
HIDDEN_COLUMNS = "Hidden columns are read too: %(columns)s."
HIDDEN_ROWS = "Hidden or filtered rows are read too: %(count)s, the first is row %(row)s."
OTHER_SHEETS = "Only the sheet “%(sheet)s” is read. Others in the workbook: %(others)s."
TITLE_SKIPPED = "Row %(row)s is taken for a heading, row %(header)s for the column titles."
READ_AS = "The text was read as %(encoding)s."

# lists of problems
PROBLEMS = "%(count)s cells cannot be used. Nothing was imported."
AT_CELL = "Row %(row)s, column %(letter)s (%(title)s)"
CELL_LINE = "%(place)s: %(text)s %(fix)s"
AT_UNTITLED_CELL = "Row %(row)s, column %(letter)s"
