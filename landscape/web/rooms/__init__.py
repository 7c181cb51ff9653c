"""Rooms: a lecturer opens one, projects a lesson, and the phones in the hall follow it and answer.

``hall()`` has the rooms of this process, and ``routes`` their addresses.
"""

from __future__ import annotations

from landscape.web.rooms.hall import Hall, Opened, hall
from landscape.web.rooms.prepared import PreparedLesson
from landscape.web.rooms.refusals import RefusedError
from landscape.web.rooms.routes import routes

__all__ = ["Hall", "Opened", "PreparedLesson", "RefusedError", "hall", "routes"]
