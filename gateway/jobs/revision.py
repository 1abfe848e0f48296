"""The gate before the ledger: a database of another revision is written to by nobody."""

from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.errors.refusal import Refusal
from testdata_agent.stores import migrations
from testdata_agent.stores.outages import translated


class Revision:
    """Looks at the database's revision until it is this release's, and then no more."""

    def __init__(self, database: AsyncEngine) -> None:
        self._database = database
        self._right = False

    async def __call__(self) -> None:
        """Returns where the revision is right.

        Raises:
            Refusal: WRONG_REVISION, naming the command that migrates.
            LedgerUnreachable: the database does not answer.
        """
        if self._right:
            return
        try:
            with translated():
                await migrations.check(self._database)
        except migrations.WrongRevision as error:
            raise Refusal("WRONG_REVISION", str(error)) from error
        self._right = True
