"""What the stand-in does wrong when it is told to."""

from enum import StrEnum


class Fault(StrEnum):
    """One call's misbehaviour."""

    # What a model gets wrong.
    SLOPPY_TOTALS = "sloppy_totals"
    WRONG_ENUM = "wrong_enum"
    DUPLICATES = "duplicates"
    BAD_NUMBERS = "bad_numbers"
    TRUNCATION = "truncation"
    MALFORMED = "malformed"
    REFUSAL = "refusal"
    # What a service gets wrong: before the stream ...
    BAD_REQUEST = "400"
    UNAUTHORIZED = "401"
    RATE_LIMIT = "429"
    SERVER_ERROR = "500"
    OVERLOADED = "529"
    # ... and in it.
    STALL = "stall"
    DROP = "drop"
    ERROR_EVENT = "error_event"
    NO_CLOSING = "no_closing"
    MISSHAPEN = "misshapen"


STATUSES = {
    Fault.BAD_REQUEST: (400, "invalid_request_error"),
    Fault.UNAUTHORIZED: (401, "authentication_error"),
    Fault.RATE_LIMIT: (429, "rate_limit_error"),
    Fault.SERVER_ERROR: (500, "api_error"),
    Fault.OVERLOADED: (529, "overloaded_error"),
}
