"""Test data that a tester can trust: realistic, coherent, reproducible, in any amount.

`generate("cart", count=10, seed=7)` gives ten carts, the same ones every time.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from testdata_agent.in_process import generate

__version__ = "0.1.0"
__all__ = ["__version__", "generate"]


def __getattr__(name: str) -> Any:
    """Loads `generate` on first use: the engine costs a quarter of a second to import, the package itself nothing."""
    if name == "generate":
        return import_module("testdata_agent.in_process").generate
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
