"""The messages between Python and the browser, as typed records.

Python sends a ``StageUpdate``: the views and the state that they share. The browser sends a ``StageEvent``, a dict with
a ``kind``. Records are written as JSON by ``to_json``, a key for each field. The JavaScript refers to the same records:
``js/protocol.d.ts`` is written from these files (``python tests/helpers/protocol_types.py``), and a test fails where
the two differ.
"""
