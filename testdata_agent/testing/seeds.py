"""Seeds out of names: the same on every machine, in any order of tests and any process."""

import hashlib
from typing import Final

#: Seeds lie below 2**53, so that every JSON reader keeps them exactly.
_BITS: Final = 53


def seed_of(*names: str) -> int:
    """The seed of a name within names; another name, or another order of them, gives another seed."""
    # A file's name may hold bytes that are no text; pytest hands them on as surrogates.
    digest = hashlib.blake2b("\0".join(names).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> (64 - _BITS)
