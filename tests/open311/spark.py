"""XML of GeoReport v2 read strictly, and the Spark Convention that makes its JSON.

Two readings of one document:

`tree(xml)` keeps every element name, so that a schema can say what XML must look like. A container (⇊ in the text) is a
list of one-key objects, a record (↴) is an object, an element without children is its text (empty: ""):
    <services><service><service_code>1</service_code></service></services>
    {"services": [{"service": {"service_code": "1"}}]}

`data(tree)` drops the root and the names inside containers and makes empty text null, as the Spark Convention does:
    [{"service_code": "1"}]

The text wants an XML declaration with encoding UTF-8 and neither namespaces nor foreign attributes: `tree` raises
NotGeoReport, which says the first thing that is otherwise.
"""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

CONTAINERS = frozenset(
    {"services", "attributes", "values", "service_requests", "errors", "endpoints", "formats"},
)
DECLARATION = re.compile(rb"""^<\?xml\s+version=["']1\.0["']\s+encoding=["']utf-8["']""", re.IGNORECASE)


class NotGeoReport(ValueError):
    """The answer is not what the text of GeoReport v2 allows; the message says where."""


def tree(xml: bytes) -> dict[str, Any]:
    """The document with its names, e.g. {"errors": [{"error": {"code": "404", "description": "…"}}]}."""
    if not DECLARATION.match(xml):
        raise NotGeoReport(f"no XML declaration with encoding UTF-8 before the root element: {xml[:60]!r}")
    if b"<!DOCTYPE" in xml:
        raise NotGeoReport("a document type declaration")
    try:
        root = ElementTree.fromstring(xml)
    except ElementTree.ParseError as error:
        raise NotGeoReport(f"not well-formed: {error}") from error
    return {root.tag: _content(root, root.tag)}


def data(named: dict[str, Any]) -> Any:
    """What the Spark Convention makes of a `tree`: root and names inside containers dropped, "" is None."""
    (content,) = named.values()
    return _spark(content)


def _content(element: ElementTree.Element, path: str) -> Any:
    if element.attrib or "}" in element.tag:
        raise NotGeoReport(f"{path}: an attribute or a namespace")
    children = list(element)
    if element.tag in CONTAINERS:
        return [{child.tag: _content(child, f"{path}/{child.tag}")} for child in children]
    if not children:
        return (element.text or "").strip()
    record: dict[str, Any] = {}
    for child in children:
        if child.tag in record:
            raise NotGeoReport(f"{path}/{child.tag}: twice")
        record[child.tag] = _content(child, f"{path}/{child.tag}")
    return record


def _spark(content: Any) -> Any:
    if isinstance(content, list):
        return [_spark(value) for item in content for value in item.values()]
    if isinstance(content, dict):
        return {name: _spark(value) for name, value in content.items()}
    return content or None
