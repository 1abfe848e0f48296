"""Run by Alembic, on the connection that it is given."""

from alembic import context

from testdata_agent.stores.cassettes import tables as _cassettes  # noqa: F401 - its table belongs to METADATA
from testdata_agent.stores.jobs.tables import METADATA
from testdata_agent.stores.patterns import tables as _patterns  # noqa: F401 - likewise
from testdata_agent.stores.schemas import tables as _schemas  # noqa: F401 - likewise

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    transaction_per_migration=False,
)
context.run_migrations()
