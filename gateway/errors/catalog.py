"""The one table of reasons: what a refusal is called, its gRPC status, and what it says.

A reason is part of the contract: clients branch on it. Reasons are added, never renamed. The engine names the reasons
of bad requests in its violations; all of them are listed here too, and a contract test holds the two together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final

#: ErrorInfo.domain of every refusal.
DOMAIN: Final = "testdata.v1"


class Status(Enum):
    """The gRPC statuses that refusals use, with their numbers on the wire."""

    INVALID_ARGUMENT = 3
    DEADLINE_EXCEEDED = 4
    NOT_FOUND = 5
    ALREADY_EXISTS = 6
    PERMISSION_DENIED = 7
    RESOURCE_EXHAUSTED = 8
    FAILED_PRECONDITION = 9
    ABORTED = 10
    INTERNAL = 13
    UNAVAILABLE = 14
    UNAUTHENTICATED = 16


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the catalogue.

    Attributes:
        status: What the call ends with.
        text: What the reason means, in general; a refusal adds the particulars.
    """

    status: Status
    text: str


#: Used as ErrorInfo.reason when a request has faults of several reasons.
SEVERAL_FAULTS: Final = "INVALID_REQUEST"

_BAD = Status.INVALID_ARGUMENT

CATALOG: Final[Mapping[str, Entry]] = MappingProxyType(
    {
        # The request as a whole.
        SEVERAL_FAULTS: Entry(_BAD, "the request has several faults; each is named"),
        "UNDECODABLE_REQUEST": Entry(_BAD, "the bytes are not a message of this method, or its text is not UTF-8"),
        "TEXT_TOO_LONG": Entry(_BAD, "a text of the request is longer than any may be"),
        "TOO_MANY_ITEMS": Entry(_BAD, "a list of the request is longer than any may be"),
        "SEVERAL_SCHEMAS": Entry(_BAD, "more than one schema was given; give one"),
        "UNKNOWN_ENUM_VALUE": Entry(_BAD, "the number stands for nothing that this server knows"),
        "TOO_MANY_COLUMNS": Entry(_BAD, "a table would have more columns than its database can hold"),
        "COLUMN_COLLISION": Entry(_BAD, "two columns of this format would have one name"),
        "UNKNOWN_DIALECT": Entry(_BAD, "SQL is not written in this dialect"),
        "SEVERAL_DIALECTS": Entry(_BAD, "SQL is written in one dialect"),
        "DEFECTS_NEED_JSON": Entry(_BAD, "records say what is wrong with them in their envelope, which JSON alone has"),
        "DEFECTS_NEED_ENVELOPE": Entry(_BAD, "records say what is wrong with them in their envelope, which is off"),
        "UNKNOWN_DEFECT_CLASS": Entry(_BAD, "there is no class of defects of this name; all known are named"),
        "NO_PLACE_FOR_DEFECT": Entry(_BAD, "no field of the schema has a place for defects of this class"),
        "SET_WITH_SCENARIOS": Entry(_BAD, "the records of a covering set are of one kind"),
        "SET_WITH_CLASSES": Entry(_BAD, "a covering set has no classes to choose"),
        "SET_OF_THE_ENGINE": Entry(_BAD, "the engine alone makes covering sets"),
        "NOTHING_TO_COVER": Entry(_BAD, "no field of the schema has anything that a set could cover"),
        "NO_STORED_DEFECTS": Entry(_BAD, "no defects of this entity are stored"),
        "NO_DEFECT_FITS": Entry(_BAD, "none of the defects asked for can be given to a record alone"),
        "UNKNOWN_ENTITY": Entry(_BAD, "no entity has this name; the near ones and all known are named"),
        "UNKNOWN_DOMAIN": Entry(_BAD, "the entity is not in this domain"),
        "UNKNOWN_LOCALE": Entry(_BAD, "no locale has this name"),
        "UNKNOWN_CURRENCY": Entry(_BAD, "no ISO 4217 currency has this code"),
        "MIXED_CURRENCY_DIGITS": Entry(_BAD, "currencies of one request must have the same number of decimals"),
        # Numbers.
        "INVALID_COUNT": Entry(_BAD, "a count must be at least 1"),
        "EXCEEDS_SYNC_LIMIT": Entry(_BAD, "more records than one answer may hold; use GenerateDataStream"),
        "INVALID_FIRST_ROW": Entry(_BAD, "a first row must be 0 or more"),
        "INVALID_SEED": Entry(_BAD, "a seed is an unsigned 64-bit number"),
        "INVALID_THRESHOLD": Entry(_BAD, "a coherence threshold lies between 0 and 1"),
        "OUT_OF_RANGE": Entry(_BAD, "the value lies outside of what the field takes"),
        "NOT_A_NUMBER": Entry(_BAD, "the value is not a finite number"),
        "NOT_ENOUGH_VALUES": Entry(_BAD, "a field that must be unique has fewer values than there are rows"),
        # Schemas.
        "INVALID_JSON": Entry(_BAD, "the schema's text is not JSON"),
        "INVALID_SCHEMA": Entry(_BAD, "the schema is not of the form that it must have"),
        "SCHEMA_TOO_LARGE": Entry(_BAD, "the schema is too large or too deep"),
        "UNSUPPORTED_SCHEMA": Entry(_BAD, "the schema asks for something that the engine cannot make"),
        "UNSUPPORTED_KEYWORD": Entry(_BAD, "the schema uses a keyword in a way that the engine cannot meet"),
        "UNKNOWN_KEYWORD": Entry(_BAD, "JSON Schema has no keyword of this name"),
        "UNKNOWN_REFERENCE": Entry(_BAD, "nothing stands where the schema's $ref points to"),
        "REMOTE_REFERENCE": Entry(_BAD, "the schema's $ref points elsewhere, and nothing is ever fetched"),
        "ENDLESS_REFERENCE": Entry(_BAD, "the schema requires itself within itself without an end"),
        "OVERLAPPING_BRANCHES": Entry(_BAD, "two branches of a oneOf may fit the same value"),
        "INVALID_FIELD_NAME": Entry(_BAD, "the name cannot be a field's"),
        "DUPLICATE_FIELD": Entry(_BAD, "two fields of one schema have the same name"),
        "UNKNOWN_TYPE": Entry(_BAD, "no field type has this name"),
        "INVALID_FORMAT": Entry(_BAD, "the format is not known, or its pattern cannot be read"),
        "UNKNOWN_MEANING": Entry(_BAD, "there is no meaning of this name, or not for the field's type"),
        "UNKNOWN_PROVIDER": Entry(_BAD, "Faker has no provider of this name, or none whose values are repeatable text"),
        # Constraints, scenarios and overrides.
        "UNKNOWN_FIELD": Entry(_BAD, "the schema has no field of this path"),
        "CONTRADICTION": Entry(_BAD, "two limits exclude each other"),
        "CONSTRAINT_TYPE": Entry(_BAD, "the limit makes no sense for the field's type"),
        "CONSTRAINT_RANGE": Entry(_BAD, "the limit lies outside of what can be"),
        "TOO_MANY_CONSTRAINTS": Entry(_BAD, "a request has too many constraints"),
        "TOO_MANY_OVERRIDES": Entry(_BAD, "a request, or a scenario, has too many overrides"),
        "OVERRIDE_INVALID": Entry(_BAD, "the override cannot be read as a value of the field"),
        "OVERRIDE_OUT_OF_BOUNDS": Entry(_BAD, "the override breaks the field's limits"),
        "INVALID_SCENARIO": Entry(_BAD, "a scenario needs a name and a count of at least 1"),
        "DUPLICATE_SCENARIO": Entry(_BAD, "two scenarios have the same name"),
        "SCENARIOS_OVER_COUNT": Entry(_BAD, "the scenarios claim more rows than there are"),
        "TOO_MANY_SCENARIOS": Entry(_BAD, "a request has too many scenarios, or too many that differ"),
        "UNSATISFIABLE": Entry(_BAD, "no record can meet this together with the schema's rules"),
        # Regular expressions.
        "REGEX_SYNTAX": Entry(_BAD, "no expression of RE2"),
        "REGEX_UNSUPPORTED": Entry(_BAD, "the expression uses something that RE2 does not have"),
        "REGEX_NO_MATCH": Entry(_BAD, "no text of the allowed length matches the expression"),
        "REGEX_TOO_LARGE": Entry(_BAD, "the expression is too large"),
        # Rules.
        "RULE_SYNTAX": Entry(_BAD, "the rule begins as a formula and cannot be read as one"),
        "RULE_UNKNOWN_FIELD": Entry(_BAD, "the rule names a field that the schema does not have"),
        "RULE_TYPE": Entry(_BAD, "the rule puts values together that do not go together"),
        "RULE_CYCLE": Entry(_BAD, "the rules derive fields from one another in a circle"),
        "RULE_DERIVED_TWICE": Entry(_BAD, "two rules derive the same field"),
        "TOO_MANY_RULES": Entry(_BAD, "the schema has too many rules"),
        # Calls about schemas.
        "INVALID_NAME": Entry(_BAD, "the name is too long, or has characters that no name has"),
        "BUILT_IN_NAME": Entry(_BAD, "an entity of the catalogue has this name, and keeps it"),
        "UNKNOWN_SCHEMA": Entry(Status.NOT_FOUND, "no schema is registered under this name, or it has no such version"),
        "TOO_MANY_SCHEMAS": Entry(Status.RESOURCE_EXHAUSTED, "so many schemas are registered that there is no room"),
        "SCHEMAS_NOT_AVAILABLE": Entry(Status.FAILED_PRECONDITION, "this gateway runs without a database of schemas"),
        # Patterns, calls about them, and what is wrong with records that are to be learned.
        "UNKNOWN_PATTERN": Entry(_BAD, "no stored pattern has this id"),
        "TOO_MANY_IDS": Entry(_BAD, "too many patterns are named in one request"),
        "UNKNOWN_SCENARIO": Entry(_BAD, "the request has no scenario of this name"),
        "INVALID_LIMIT": Entry(_BAD, "a limit is 0 or more"),
        "UNREADABLE_RECORD": Entry(_BAD, "the text is no record: neither JSON nor CSV, as far as it goes"),
        "NO_RECORD": Entry(_BAD, "a record is a JSON object with fields of its entity"),
        "INVALID_RECORD": Entry(_BAD, "the record is not valid by its schema"),
        "RECORD_INCOHERENT": Entry(_BAD, "what may be kept of the record is not valid by its schema"),
        "LOCKED_FIELD": Entry(_BAD, "the field that is to be kept is not there, or may tell of a person"),
        "TOO_MANY_RECORDS": Entry(_BAD, "one message has too many records"),
        "TOO_MANY_PATTERNS": Entry(Status.RESOURCE_EXHAUSTED, "so many patterns are stored that there is no room"),
        "PATTERNS_NOT_AVAILABLE": Entry(Status.FAILED_PRECONDITION, "this gateway runs without a database of patterns"),
        # Callers: whether they are let in, what they may change, how much they may ask for.
        "MISSING_API_KEY": Entry(Status.UNAUTHENTICATED, "this server takes calls with an API key alone"),
        "UNKNOWN_API_KEY": Entry(Status.UNAUTHENTICATED, "the API key is none that this server knows"),
        "OTHERS_PROPERTY": Entry(
            Status.PERMISSION_DENIED, "another client stored it; that one, or an admin, changes it"
        ),
        "RATE_LIMITED": Entry(
            Status.RESOURCE_EXHAUSTED,
            "the client has asked for as much as it may in a minute; RetryInfo says when next",
        ),
        "OVER_RATE": Entry(
            Status.RESOURCE_EXHAUSTED, "the request asks for more records than the client may in a minute; ask in parts"
        ),
        # Calls about jobs.
        "REQUIRED": Entry(_BAD, "the field must be set"),
        "INVALID_CLIENT_ID": Entry(_BAD, "a client's name has 1 to 200 visible characters of ASCII"),
        "INVALID_REQUEST_ID": Entry(_BAD, "an idempotency key has at most 200 characters and no NUL"),
        "INVALID_PAGE_SIZE": Entry(_BAD, "a page size is 0 or more"),
        "INVALID_PAGE_TOKEN": Entry(_BAD, "the page token is none that this service gave"),
        "INVALID_TIMEOUT": Entry(_BAD, "a timeout is 0 or more"),
        "DRY_RUN_AS_JOB": Entry(_BAD, "a dry run makes no records, so it is no job; use GenerateData"),
        # Jobs.
        "UNKNOWN_JOB": Entry(Status.NOT_FOUND, "there is no such job, or it is no longer known"),
        "RESULTS_GONE": Entry(Status.NOT_FOUND, "the records of the job are no longer kept"),
        "REQUEST_ID_TAKEN": Entry(Status.ALREADY_EXISTS, "the request_id stands for another request"),
        "JOB_TOO_LARGE": Entry(Status.RESOURCE_EXHAUSTED, "the records of one job would take too much room; stream it"),
        "RESULTS_FULL": Entry(Status.RESOURCE_EXHAUSTED, "there is no room for the records of another job now"),
        "JOB_FAILED": Entry(Status.FAILED_PRECONDITION, "the job that was to make the records failed"),
        "JOB_CANCELLED": Entry(Status.ABORTED, "the job that was to make the records was cancelled"),
        "JOBS_NOT_AVAILABLE": Entry(Status.FAILED_PRECONDITION, "this gateway runs without a job ledger and a queue"),
        "WRONG_REVISION": Entry(Status.FAILED_PRECONDITION, "the database is of another revision; migrate it"),
        "DRAINING": Entry(Status.UNAVAILABLE, "this server is about to end; go on at another, or at the next"),
        "STORE_UNREACHABLE": Entry(Status.UNAVAILABLE, "the database or Redis does not answer; try again"),
        "REQUEST_TOKENS_EXCEEDED": Entry(
            Status.RESOURCE_EXHAUSTED, "the request would take more tokens of a model than one request may"
        ),
        "CLIENT_TOKENS_EXCEEDED": Entry(
            Status.RESOURCE_EXHAUSTED, "the client would take more tokens of a model than it may in this time"
        ),
        # Paths.
        "PATH_UNAVAILABLE": Entry(Status.FAILED_PRECONDITION, "the requested path cannot serve"),
        # Answers.
        "RESPONSE_TOO_LARGE": Entry(Status.RESOURCE_EXHAUSTED, "the answer is over the message limit; stream it"),
        "RECORD_TOO_LARGE": Entry(Status.RESOURCE_EXHAUSTED, "one record alone is over the message limit"),
        "STREAM_STALLED": Entry(
            Status.RESOURCE_EXHAUSTED, "the client takes a stream's chunks too slowly; go on from next_record"
        ),
        # Ends that are nobody's fault, and ours.
        "DEADLINE_EXCEEDED": Entry(Status.DEADLINE_EXCEEDED, "the caller's deadline passed"),
        "INTERNAL": Entry(Status.INTERNAL, "an error of the server's own; its log has the request_id"),
    }
)


def status_of(reason: str) -> Status:
    """The status of `reason`; one that is not listed is a fault of the request."""
    entry = CATALOG.get(reason)
    return entry.status if entry is not None else Status.INVALID_ARGUMENT
