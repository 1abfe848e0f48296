"""Test data by call: what the pytest fixtures hand out."""

import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from testdata_agent.testing.errors import DataError
from testdata_agent.testing.journal import Call, Journal
from testdata_agent.testing.schema_file import schema_of
from testdata_agent.testing.seeds import seed_of
from testdata_agent.testing.source import EVERYWHERE, SERVER_ONLY, Record, Source

_T = TypeVar("_T")


class TestData:
    """Records by call, of one seed: no two calls give the same record, and the same calls give the same ones again.

    Each call goes on where the last one of its entity ended, so that ids are unique among them; and as all are of one
    seed, references hold between entities: `customer_id` of a cart is the `user_id` of one of the first 1,000 users.

    What a call says:
        the fields that it sets, by keyword: `total="50-100"`, `currency="EUR"`, `**{"items.length": 3}`. Texts are
        literals or ranges, other values are written as JSON writes them.
        overrides: The same as a mapping, for fields whose name means something else here (`method`, `schema`).
        constraints: Field path to limits: `{"items.price": {"min": 5, "max": 20}}`.
        scenarios: Named shares of the records: `[{"name": "late", "count": 2, "overrides": {"status": "shipped"}}]`.
        schema: Of one's own: plain data, JSON text, or a file's path, beside the code that asks or below the root.
        locale, as_of, defects, defect_mode: As `testdata_agent.generate` has them.
        envelope: Whether records carry `_index` and `_scenario`; if left out, those of scenarios and defects do.
        seed, first_row: Another seed for this call, or another row to begin with; it then moves no other call's.
        context, hints, method, and the rest of what `testdata_agent.client.Client.generate` takes: with a server.

    Every call raises `RequestRefused`, which names all faults, or `SourceFailed`.

    Attributes:
        seed: Of its records; also good for other generators.
    """

    __test__ = False  # pytest takes the name for a class of tests

    def __init__(
        self,
        seed: int,
        source: Source,
        *,
        name: str = "testdata",
        defaults: Mapping[str, Any] | None = None,
        folders: Sequence[Path] = (),
        journal: Journal | None = None,
    ) -> None:
        """Takes what a call does not say.

        Args:
            seed: 0 to 2**64-1.
            source: Makes the records.
            name: As it is called in the test, for the journal.
            defaults: Arguments of every call that does not say otherwise.
            folders: Where files of schemas are looked for.
            journal: Takes the calls down; None: one of its own.
        """
        self.seed = seed
        self.journal = journal if journal is not None else Journal()
        self._source, self._name = source, name
        self._defaults, self._folders = dict(defaults or {}), tuple(folders)
        self._taken: dict[str, int] = {}
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"<{self._name}, seed {self.seed}>"

    def one(self, entity: str = "", **said: Any) -> Record:
        """One record."""
        __tracebackhide__ = True
        call = self.journal.call(self._name, "one", entity, None, said)
        return self._made(lambda: list(self._records(call, entity, 1, said)))[0]

    def many(self, entity: str = "", count: int = 10, **said: Any) -> list[Record]:
        """So many records."""
        __tracebackhide__ = True
        call = self.journal.call(self._name, "many", entity, count, said)
        return self._made(lambda: list(self._records(call, entity, count, said)))

    def stream(self, entity: str = "", count: int = 10, **said: Any) -> Iterator[Record]:
        """So many records one after the other, in little memory; the call is admitted at once."""
        __tracebackhide__ = True
        call = self.journal.call(self._name, "stream", entity, count, said)
        return self._made(lambda: self._records(call, entity, count, said))

    def fork(self, name: str) -> "TestData":
        """Data of another seed, which comes of this one and the name: its calls and these move each other's not."""
        return TestData(
            seed_of(str(self.seed), name),
            self._source,
            name=f"{self._name}.fork({name!r})",
            defaults=self._defaults,
            folders=self._folders,
            journal=self.journal,
        )

    def _records(self, call: Call, entity: str, count: int, said: Mapping[str, Any]) -> Iterator[Record]:
        arguments = self._arguments(said)
        if "first_row" not in arguments:
            arguments["first_row"] = self._next_row(entity, count, arguments)
        arguments.setdefault("seed", self.seed)
        call.place(arguments["first_row"], count)
        return self._source.records(entity, count, arguments, call.notes)

    def _arguments(self, said: Mapping[str, Any]) -> dict[str, Any]:
        known = EVERYWHERE | SERVER_ONLY
        arguments = self._defaults | {name: value for name, value in said.items() if name in known}
        fields = {name: value for name, value in said.items() if name not in known}
        overrides = arguments.get("overrides") or {}
        if fields and isinstance(overrides, Mapping):  # else the source says what is wrong with them
            arguments["overrides"] = {**overrides, **fields}
        if arguments.get("schema") is not None:
            arguments["schema"] = schema_of(arguments["schema"], (_folder_of_the_caller(), *self._folders))
        wants_envelope = any(arguments.get(name) for name in ("scenarios", "defects", "defect_triggering"))
        arguments.setdefault("envelope", wants_envelope or arguments.get("defect_mode") is not None)
        return arguments

    def _next_row(self, entity: str, count: int, arguments: Mapping[str, Any]) -> int:
        # A set of defects is a whole, and a seed that the call names is another call's, too: both begin at their start.
        if "seed" in arguments or arguments.get("defect_mode") in {"pairwise", "coverage"}:
            return 0
        key = f"{entity}\0{arguments.get('schema')!r}"
        with self._lock:
            first = self._taken.get(key, 0)
            if isinstance(count, int):  # else the source says what is wrong with it
                self._taken[key] = first + max(count, 0)
        return first

    @staticmethod
    def _made(make: Callable[[], _T]) -> _T:
        # Told anew without what it came of: a test that fails shows its own line, and not how the engine works.
        __tracebackhide__ = True
        try:
            return make()
        except DataError as error:
            raise error.with_traceback(None) from None


def _folder_of_the_caller() -> Path:
    """Where the file lies whose code asks for data: a test's, a fixture's or a helper's."""
    frame = sys._getframe()
    while frame.f_back is not None and frame.f_globals.get("__name__") == __name__:
        frame = frame.f_back
    return Path(frame.f_code.co_filename).parent


class SharedTestData:
    """Data for fixtures of a class, a module or the session: it is taken by name.

    Which test comes first, and in which process, is chance. So calls of such fixtures do not go on after one another:
    `fork(name)` begins at the beginning each time, and gives the same records wherever it is asked.

    Attributes:
        seed: That of all forks is made of.
    """

    def __init__(self, root: TestData) -> None:
        self.seed, self.journal = root.seed, root.journal
        self._root = root

    def fork(self, name: str) -> TestData:
        """The data of this name; another name has other data."""
        return self._root.fork(name)

    def __repr__(self) -> str:
        return f"<shared {self._root!r}>"

    def __getattr__(self, name: str) -> NoReturn:
        """Says what to write instead of `one`, `many` and `stream`."""
        __tracebackhide__ = True
        if name in {"one", "many", "stream"}:
            raise AttributeError(f"shared data is taken by name: write .fork('a name of yours').{name}(...)")
        raise AttributeError(f"{type(self).__name__!r} has no attribute {name!r}")
