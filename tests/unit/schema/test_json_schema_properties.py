"""Over random schemas: what is accepted gives records that an independent validator accepts; what is refused says
where and why; nothing crashes."""

from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from gateway.errors.catalog import CATALOG
from testdata_agent.engine.errors import InvalidRequest, UnsatisfiableError
from tests.unit.schema.json_schemas import faults_of, generated, json_schemas


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(json_schemas(), st.integers(0, 2**32))
def test_accepted_schemas_give_valid_records_and_refusals_say_where_and_why(schema: dict[str, Any], seed: int) -> None:
    try:
        rows = generated(schema, seed=seed)
    except InvalidRequest as refused:
        event("refused")
        for fault in refused.violations:
            assert fault.field.startswith(("inline_schema#", "schema."))
            assert fault.reason in CATALOG
            assert fault.description
        return
    except UnsatisfiableError:
        event("found unsatisfiable")
        return
    event("accepted")
    assert not list(faults_of(schema, rows))
    assert generated(schema, seed=seed) == rows
