"""What pins the bytes of an answer besides the request and its seed."""

from typing import Final

#: Bytes of seeded answers change only when this changes. It covers the engine's code, the catalogue's data
#: and the Faker release that fills the pools.
ENGINE_VERSION: Final = "1.1.0"

#: The instant that seeded requests without `as_of` are seen from: 2026-01-01T00:00:00Z, in epoch seconds.
DEFAULT_AS_OF: Final = 1_767_225_600

#: Seeds drawn for callers who gave none lie below this, so that every JSON reader keeps them exactly.
DRAWN_SEED_LIMIT: Final = 2**53
