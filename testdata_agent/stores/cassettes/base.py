"""The port of cassettes: a model's answer under the hash of all that it depends on.

A key holds the answer's schema, the prompt, the model, its parameters, the patterns shown and the engine's version; no
seed, instant or request_id, so the same question finds the same answer.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Cassette:
    """One answer.

    Attributes:
        model: Who wrote it.
        text: The answer as it was written.
        complete: Whether the model ended it by itself.
        input_tokens, output_tokens: What it was paid with, once.
    """

    model: str
    text: str
    complete: bool = True
    input_tokens: int = 0
    output_tokens: int = 0


def cassette_key(
    *,
    schema: Mapping[str, Any],
    prompt: Sequence[str],
    model: str,
    parameters: Mapping[str, Any],
    engine_version: str,
    pattern_ids: Sequence[str] = (),
) -> str:
    """The key of an answer: 64 hexadecimal digits."""
    parts = [schema, list(prompt), model, dict(parameters), list(pattern_ids), engine_version]
    return sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


class CassetteStore(Protocol):
    """Keeps answers. Losing one costs a call, nothing else.

    Those that are kept in the ledger's database raise LedgerUnreachable when it does not answer.
    """

    async def get(self, key: str) -> Cassette | None:
        """The answer of a key; None: there is none."""
        ...

    async def put(self, key: str, cassette: Cassette) -> None:
        """Keeps an answer; one that is there stays. Raises OSError where a folder cannot be written to."""
        ...
