"""Why something is not done in a room, as a sentence that a visitor understands."""

from __future__ import annotations


class RefusedError(Exception):
    """A request that is refused.

    Arguments
        status: of the answer, as HTTP has it; sentence: why.
    """

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


class AwayError(RefusedError):
    """The place where rooms are kept does not answer."""

    def __init__(self) -> None:
        super().__init__(503, "The server cannot reach the place where rooms are kept. Try again in a moment.")


def no_such_room() -> RefusedError:
    """Return the refusal of a code that is not, or no longer, a room's."""
    return RefusedError(404, "There is no room with this code. It may have been mistyped, or the room is closed.")
