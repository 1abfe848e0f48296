"""Test data for test suites: what the fixtures of `testdata_agent.pytest_plugin` hand out, and what they raise."""

from testdata_agent.testing.data import SharedTestData, TestData
from testdata_agent.testing.errors import DataError, Fault, FellBackWarning, RequestRefused, SourceFailed
from testdata_agent.testing.source import Record

__all__ = [
    "DataError",
    "Fault",
    "FellBackWarning",
    "Record",
    "RequestRefused",
    "SharedTestData",
    "SourceFailed",
    "TestData",
]
