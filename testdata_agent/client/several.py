"""An answer of several things is a sequence of them."""

from abc import abstractmethod
from collections.abc import Collection, Iterator, Sequence
from typing import TypeVar, overload

_T = TypeVar("_T")


class Several(Collection[_T]):
    """A value whose items can be counted, indexed and gone through; a page's are its own, and not those of the next."""

    __slots__ = ()

    @property
    @abstractmethod
    def _items(self) -> Sequence[_T]:
        """What it is a sequence of."""

    @overload
    def __getitem__(self, index: int) -> _T: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[_T]: ...

    def __getitem__(self, index: int | slice) -> _T | Sequence[_T]:
        return self._items[index]

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, item: object) -> bool:
        return item in self._items

    def __iter__(self) -> Iterator[_T]:
        return iter(self._items)
