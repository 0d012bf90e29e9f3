"""What a client knows of one message of its own."""

import time

MAX_RECEIVES = 2
#: A message is due within this many milliseconds of the instant that the client reckons.
TOLERANCE_MS = 5


def now_ms():
    return int(time.time() * 1000)


class Message:
    """What the client knows of a message: where it is, how often it was received, from when on it shows."""

    def __init__(self, body, shows):
        self.body, self.place, self.receives, self.handle = body, "live", 0, None
        self.shows = shows  # earliest and latest instant, in milliseconds
        self.is_moving = False

    def may_show(self, instant):
        return self.shows[0] - TOLERANCE_MS <= instant


class Violation(AssertionError):
    """The server lost, revived or doubled something that it had answered for."""
