"""How a step of the supervisor fails, sorted by what happens next."""


class Fenced(Exception):
    """Another holder has the lease: nothing may be done any more."""


class LeaseTaken(Exception):
    """Another holder's lease may still be open: ask again later."""


class HeldBack(Exception):
    """This order must not be sent; others may."""


class EventsUnavailable(Exception):
    """The bot-events function did not answer, or not with what it promises: try again."""


class OrderUnknown(EventsUnavailable):
    """The journal has no such order: its intent never arrived there."""


class KeyRefused(Exception):
    """There is no exchange key to be had."""


class VenueRefused(Exception):
    """The exchange answered with an error: it did not do what was asked."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(f"{message} ({code})")
        self.status = status
        self.code = code
        self.message = message


class VenueUnclear(Exception):
    """Nobody knows whether the exchange did what was asked."""


class Refused(Exception):
    """The supervisor does not pass this on. `code` is the exchange's for such a case."""

    def __init__(self, message: str, *, status: int = 400, code: int = -2010) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
