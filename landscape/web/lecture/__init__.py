"""The page Lecture: a lesson is put together here, given, and opened to the phones of a room."""
