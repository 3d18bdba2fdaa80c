"""Open311 GeoReport v2 from the other side of the wire: schemas and a client written from the published text alone.

The text: https://wiki.open311.org/GeoReport_v2/, /Service_Discovery/, /JSON_and_XML_Conversion/ (the Spark Convention)
and /GeoReport_v2/Extensions/ (paging), commit 5e3a5ce of github.com/open311/open311.github.io. Client, schemas and
conformance know nothing of kakou.
"""
