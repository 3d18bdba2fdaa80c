"""What stands in contracts/ is what the server does."""

import json
from pathlib import Path

from kakou.config.api import api
from kakou.services.open311.described import described

ROOT = Path(__file__).parents[2]
KEPT = json.loads((ROOT / "contracts" / "openapi.json").read_text())
AGAIN = "run: kakou openapi --out contracts/openapi.json, and: python3 scripts/npm.py gate contract"


def test_the_description_of_the_doors_is_that_of_today():
    assert json.loads(json.dumps(api.get_openapi_schema())) == KEPT, AGAIN


def test_the_description_of_open311_is_that_of_today():
    kept = json.loads((ROOT / "contracts" / "open311.json").read_text())
    assert json.loads(json.dumps(described())) == kept, "run: kakou openapi open311 --out contracts/open311.json"


def test_it_holds_every_door_of_the_phones_and_the_shape_of_a_passage():
    doors = {"/intake/passages", "/api/devices/enrol", "/api/gate/bundle", "/api/gate/past", "/api/gate/status"}
    assert doors <= KEPT["paths"].keys()
    shapes = KEPT["components"]["schemas"]
    assert shapes["Batch"]["properties"]["items"]["items"] == {"$ref": "#/components/schemas/Passage"}
    assert shapes["Checks"]["properties"].keys() >= {"health", "temperature", "symptoms"}
