"""Nothing that a program asks or tells breaks the doors, and nothing that they say breaks a reader of XML or JSON."""

import json
import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from kakou.kernel.errors import Refusal
from kakou.services.open311.documents import JSON, XML, Document
from kakou.services.open311.reading import read_asked, read_reported
from tests.cast import AT


@given(st.text(max_size=30))
def test_whatever_a_text_holds_xml_stays_readable(text):
    document = Document("errors", [{"code": 400, "description": text}])
    told = ET.fromstring(document.written(XML)).find("error/description").text
    kept = "".join(sign for sign in text if sign in "\t\n\r" or (sign >= " " and sign not in "\ufffe\uffff"))
    assert (told or "") == kept.replace("\r\n", "\n").replace("\r", "\n")
    assert json.loads(document.written(JSON))[0]["description"] == text


arguments = st.dictionaries(
    st.sampled_from(["start_date", "end_date", "status", "service_code", "service_request_id", "lat", "long", "phone",
                     "address_id", "address_string", "description", "email", "last_name"]),
    st.one_of(st.text(max_size=20), st.sampled_from(["facilities", "open", "2021-08-01T00:00:00Z",
              "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "1e400", "-0", "13812345678"])),
)  # fmt: skip


@given(arguments)
def test_whatever_is_asked_or_told_is_read_or_refused(given_):
    for read in (lambda: read_asked(given_, now=AT), lambda: read_reported(given_)):
        try:
            read()
        except Refusal as refusal:
            assert refusal.status in (400, 404, 422)
