"""Pictures of an outbreak as SVG, each with its twin in rows. Pure: no Django, no database, no clock.

    chain.picture(Chain(…), gettext, zone)        who may have infected whom, by day
    timeline.picture(Timeline(…), gettext, zone)  somebody against places, another laid below
    placemap.picture(PlaceMap(…), gettext, zone)  places with their times
    curve.picture(curve_of(…), gettext)           cases by day of onset
    followup.picture(Calendar(…), gettext)        contact by day

Each gives a `Picture`: SVG that stands alone, `table` (the rows of a sheet: `write_xlsx(table.rows, table.columns)`),
sentences that stand beside it, and data for the island. Labels come masked, texts through `gettext`. The same data
give the same bytes. A word and a shape before any colour; what a picture leaves out it says, and the table has it.
"""
