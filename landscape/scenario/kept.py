"""A scenario too large for a link, in parts: what the link carries, and documents that are kept for it elsewhere.

The link names each document by its key, ``kept=…``. A document is a JSON object of some of a link's keys: the data, or
the runs where their weights alone are too many. The key is a digest of the document: equal parts are kept once, and
nobody finds one by trying keys (100 bits).
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterable
from functools import lru_cache
from urllib.parse import urlencode

from landscape.scenario.json_file import json_object
from landscape.scenario.keys import settable
from landscape.scenario.limits import LINK_LENGTH, LINK_NUMBERS
from landscape.scenario.records import Data, Run
from landscape.scenario.scenario import Scenario

KEPT = "kept"
"""The key of a link under which it names a document."""

KEY_LENGTH = 20
"""Letters and digits of a document's key, five bits each."""

Query = dict[str, str | list[str]]


def query_in_parts(scenario: Scenario) -> tuple[Query, tuple[str, ...]]:
    """Return the query of a link that opens as this scenario, and the documents to be kept for it: none where it fits.

    >>> from landscape import Data, Scenario, Training
    >>> many = tuple(float(k) for k in range(100))
    >>> query, documents = query_in_parts(Scenario(Data(many, many), Training(m=3)))
    >>> sorted(query), query["kept"] == [key_of(document) for document in documents]
    (['kept', 'm'], True)
    """
    query, documents = _in_parts(scenario)
    return dict(query), documents


@lru_cache(maxsize=256)
def _in_parts(scenario: Scenario) -> tuple[Query, tuple[str, ...]]:
    # A page asks for its address several times, and its menu for those of all pages.
    query: Query = scenario.to_query()
    documents = []
    if len(scenario.data.x) + len(scenario.data.y) > LINK_NUMBERS:
        query = {key: value for key, value in query.items() if key not in ("x", "y", "features", "bias")}
        documents.append(_data_document(scenario.data))
    if len(urlencode(query, doseq=True)) > LINK_LENGTH:
        query.pop("run", None)
        documents.append(_runs_document(scenario.training.runs))
    return ({**query, KEPT: [key_of(document) for document in documents]} if documents else query), tuple(documents)


def kept_values(keys: Iterable[str], get: Callable[[str], str | None]) -> dict[str, object]:
    """Return what the documents of these keys hold, together.

    Arguments
        get: the document of a key, or None where it is not kept any more.

    Raises ValueError, with a sentence for the visitor, where one is missing or is no document of a link.
    """
    values: dict[str, object] = {}
    for key in keys:
        document = get(key)
        if document is None:
            raise ValueError(
                "The data of this link are no longer kept: upload them again, or open the file they were saved in."
            )
        try:
            values.update(json_object(document))
        except ValueError:
            raise ValueError("The data of this link are damaged and cannot be read.") from None
    return values


def key_of(document: str) -> str:
    """Return the key of a document: a digest of it, in lower case letters and digits."""
    return base64.b32encode(hashlib.sha256(document.encode()).digest()).decode().lower()[:KEY_LENGTH]


@lru_cache(maxsize=32)
def _data_document(data: Data) -> str:
    return json.dumps({name: getattr(data, name) for name in settable(data)})


@lru_cache(maxsize=32)
def _runs_document(runs: tuple[Run, ...]) -> str:
    return json.dumps({"run": [{name: getattr(run, name) for name in settable(run)} for run in runs]})
