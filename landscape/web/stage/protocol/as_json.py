"""Records as JSON."""

from __future__ import annotations

import json
from typing import Any


def to_json(record: Any) -> str:
    """Return a record, or any structure of records, as JSON: an object for each record, a key for each field."""
    return json.dumps(record, default=vars, separators=(",", ":"))
