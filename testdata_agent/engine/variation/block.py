"""Some rows, each after an exemplar: the columns that a plan is filled around."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from testdata_agent.engine.catalog.articles import load_articles
from testdata_agent.engine.rules.values import DAY_SECONDS
from testdata_agent.engine.synthesis import hashing
from testdata_agent.engine.synthesis.columns import (
    I64,
    Booleans,
    Bools,
    Choices,
    Column,
    Dates,
    Instants,
    Numbers,
    Texts,
    objects,
)
from testdata_agent.engine.synthesis.frame import MAX_ITEMS, NULL, PRESENT, ROOT, Frame, child_positions
from testdata_agent.engine.synthesis.hashing import U64
from testdata_agent.engine.synthesis.literals import accepts
from testdata_agent.engine.synthesis.plan import LENGTHS, Given
from testdata_agent.engine.synthesis.scales import scaled_bounds
from testdata_agent.engine.synthesis.scope import vector
from testdata_agent.engine.variation.baskets import Baskets, Filled
from testdata_agent.engine.variation.contacts import renamed, with_number
from testdata_agent.engine.variation.fill import Fill
from testdata_agent.engine.variation.layout import Holder, Role
from testdata_agent.engine.variation.loosening import PERCENT
from testdata_agent.engine.variation.retelling import told_otherwise
from testdata_agent.engine.variation.shelf import Cells, State
from testdata_agent.engine.variation.spreads import is_money, is_priced
from testdata_agent.engine.variation.stand_ins import StandIns, caps_of
from testdata_agent.engine.variation.swaps import numbered, with_articles

#: From this attempt at a row on, something that is not locked is the engine's: what is taken leaves no way out.
LOOSE_FROM: Final = 6
#: By how many stand-ins another attempt at a row goes on.
_FAR: Final = 7
#: Of a hundred quantities that may be others, so many are the exemplar's all the same.
_QUANTITY_STAYS: Final = 40


class Block:
    """Rows and the exemplar that each takes after, while a plan is filled around them."""

    def __init__(self, fill: Fill, rows: I64, chosen: I64, *, seed: int, as_of: int, attempt: int) -> None:
        """Takes row numbers and an exemplar's number for each of them."""
        self.rows, self.chosen = rows, chosen
        self._fill, self._seed, self._as_of = fill, seed, as_of
        self._shelf = fill.shelf
        self._attempts = np.full(len(rows), attempt, dtype=np.uint64)
        self._attempt = attempt
        self._entries: dict[str, I64] = {ROOT: chosen}
        self._owners: dict[str, I64] = {ROOT: np.arange(len(rows), dtype=np.int64)}
        self._places: dict[str, I64 | None] = {ROOT: None}
        self._shift: I64 | None = None
        self._late: dict[str, Callable[[Column], Column]] = {}
        #: By group of an article's parts, the catalogue's article that stands in at each position; -1: none does.
        self._codes: dict[str, I64] = {
            group: self._turned(stand_ins)
            for group, stand_ins in fill.stand_ins.items()
            if stand_ins.level == ROOT and not fill.faithful
        }
        #: Of each row, which group is the engine's after all; None: none is.
        self._loose: I64 | None = None
        if attempt >= LOOSE_FROM and fill.groups:
            self._loose = hashing.below(self._hashes("", "loose", ROOT), len(fill.groups))
        #: By path of a field, the rows in which it is the engine's, since its choice or what it follows from is.
        self._opened: dict[str, Bools] = {}
        for loose in fill.loosened:
            drawn = hashing.below(self._hashes(loose.path, "open", ROOT), 100) < PERCENT
            for path in loose.paths:
                self._opened[path] = self._opened.get(path, False) | (drawn & loose.exemplars[chosen])

    def entries(self, level: str) -> I64:
        """The entry of each position of a level, once its arrays' lengths are made; -1: none."""
        return self._entries[level]

    def owners(self, level: str) -> I64:
        """The row of the block that each position belongs to."""
        return self._owners[level]

    def given(self) -> Given:
        """What the plan takes."""
        layout, shelf = self._shelf.layout, self._shelf
        given: dict[str, Callable[[Column], Column]] = {}
        for path, cells in shelf.cells.items():
            if cells.leaf.role is not Role.DERIVED and cells.state.any():
                given[path] = partial(self._leaf, cells)
        for path in self._fill.numbered:
            given[path] = partial(self._numbered_article, shelf.cells[path])
        for path, holder in layout.holders.items():
            if holder.level in shelf.levels:
                given[path + PRESENT] = partial(self._truth, holder, State.ABSENT, False)
                given[path + NULL] = partial(self._truth, holder, State.NULL, True)
                if holder.array:
                    given[path + LENGTHS] = partial(self._lengths, holder)
        if layout.clock is not None and self._fill.clocked.any():
            given[layout.clock.path] = partial(self._clock, shelf.cells[layout.clock.path])
        return given

    def finish(self, frame: Frame) -> frozenset[str]:
        """Puts those texts into the columns of a frame that others could not look up while it was filled; their paths.

        What the engine makes of a column that it looks up in a table is made of a line of that table.
        """
        texts: dict[str, Column] = {path: late(frame.columns[path]) for path, late in self._late.items()}
        texts |= renamed(self._shelf.layout, frame.columns, texts)
        frame.columns |= texts
        return frozenset(texts)

    # -- structure --------------------------------------------------------------------------------------------

    def _truth(self, holder: Holder, state: int, value: bool, made: Column) -> Column:
        """A hidden column: `value` where the exemplar is in this state, the engine's where it says nothing."""
        assert isinstance(made, Booleans)
        states = self._shelf.levels[holder.level].there[holder.path][self._entries[holder.level]]
        return Booleans(np.where(states == State.ENGINE, made.values, (states == state) == value))

    def _lengths(self, holder: Holder, made: Column) -> Column:
        """Lengths of an array; the entries of its items follow from them."""
        assert isinstance(made, Numbers)
        level, path = self._shelf.levels[holder.level], holder.path
        parents = self._entries[holder.level]
        here = level.there[path][parents] == State.HERE
        starts = level.starts[path]
        at = np.where(here, parents, 0)
        sizes = starts[at + 1] - starts[at] if len(starts) > 1 else np.zeros(len(at), dtype=np.int64)
        first = starts[at] if len(starts) > 1 else np.zeros(len(at), dtype=np.int64)
        baskets = self._fill.baskets.get(path)
        own = None if baskets is None else self._basketed(path, baskets)
        if own is not None:
            sizes = own.sizes
        elif holder.level == ROOT:
            first, sizes = self._trimmed(path, first, sizes)
        lengths = np.where(here, sizes, made.values)
        children, owners, offsets = child_positions(lengths)
        entries = np.where(here[owners], first[owners] + children, -1)
        if own is not None:
            entries[here[owners]] = own.entries[here.repeat(sizes)]
            self._codes[own.group] = np.full(len(entries), -1, dtype=np.int64)
            self._codes[own.group][here[owners]] = own.codes[here.repeat(sizes)]
        above, places = self._owners[holder.level], self._places[holder.level]
        self._entries[path], self._owners[path] = entries, above[owners]
        self._places[path] = children if places is None else places[owners] * MAX_ITEMS + children
        borrowing = self._fill.borrowings.get(path)
        if borrowing is not None and own is None:
            hashes = [self._hashes(path, f"lend{turn}", ROOT) for turn in range(3)]
            borrowing.lend(entries, offsets, hashes)
        return Numbers(lengths, 0, made.present, made.nulls)

    def _basketed(self, path: str, baskets: Baskets) -> Filled:
        """The baskets of all rows."""
        width = baskets.width
        slots = np.tile(np.arange(width, dtype=np.int64), len(self.rows))
        keys = hashing.seeded_keys(self._seed, np.array([self._fill.key(path, "basket")], dtype=np.uint64))
        places = hashing.counters(np.repeat(self.rows, width), slots, np.repeat(self._attempts, width))
        return baskets.filled(self.chosen, self._hashes(path, "size", ROOT), hashing.draws(keys, places)[0])

    def _turned(self, stand_ins: StandIns) -> I64:
        """What stands in for the article of each row, so that none comes twice before all have come."""
        size = len(self._shelf.exemplars)
        found = []
        for turn, exemplar in zip((self.rows // size).tolist(), self.chosen.tolist(), strict=True):
            pool = stand_ins.pool(exemplar)
            start = hashing.mix_one(self._seed + exemplar)
            at = (start + turn + self._attempt * _FAR) % (len(pool) + 1)
            found.append(pool[at] if at < len(pool) else -1)
        return np.array(found, dtype=np.int64)

    def _trimmed(self, path: str, first: I64, sizes: I64) -> tuple[I64, I64]:
        """Lists that the request wants shorter, as some of their items in a row."""
        asked = [wishes.lengths.get(path) for wishes in self._shelf.wishes]
        if not any(asked):
            return first, sizes
        least, most = (
            np.array(
                [size if ends is None else ends[side] for ends, size in zip(asked, self._sizes(path), strict=True)]
            )
            for side in (0, 1)
        )
        low, high = least[self.chosen], np.minimum(most[self.chosen], sizes)
        low = np.minimum(low, high)
        wanted = np.where(high < sizes, hashing.between(self._hashes(path, "trim", ROOT), low, high), sizes)
        skipped = hashing.below(self._hashes(path, "skip", ROOT), sizes - wanted + 1)
        return first + skipped, wanted

    def _sizes(self, path: str) -> list[int]:
        return np.diff(self._shelf.levels[ROOT].starts[path]).tolist()  # type: ignore[no-any-return]

    # -- leaves -----------------------------------------------------------------------------------------------

    def _leaf(self, cells: Cells, made: Column) -> Column:
        return self._swapped(cells, self._taken(cells, made))

    def _taken(self, cells: Cells, made: Column) -> Column:
        entries = self._left(cells)
        states = cells.state[entries]
        here: Bools | None = states == State.HERE
        if here is not None and here.all():
            here = None
        elif here is not None and not here.any():
            return self._shown(states, made, made)
        if cells.leaf.role is Role.FRESH and cells.leaf.contact:
            filled: Column = self._numbered(cells, entries, here, made)
        else:
            filled = self._filled(cells, entries, here, made)
        return self._shown(states, filled, made)

    def _swapped(self, cells: Cells, column: Column) -> Column:
        """The column, with the catalogue's article where one stands in for the exemplar's."""
        leaf = cells.leaf
        codes = self._codes.get(leaf.group)
        if codes is None or leaf.hint.get("kind") != "article":
            return column
        entries = self._left(cells)
        where = (codes >= 0) & (entries >= 0) & ~self._fill.kept(cells)[entries]
        late = self._late.get(leaf.path)
        currency = self._shelf.layout.currency
        if late is not None:
            self._late[leaf.path] = lambda made: with_articles(leaf, late(made), codes, where, currency)
        return with_articles(leaf, column, codes, where, currency)

    def _numbered_article(self, cells: Cells, made: Column) -> Column:
        """Article numbers of the theme that the row's article is of."""
        codes = self._codes[cells.leaf.group]
        told = self._fill.prefixes(cells)
        skus = load_articles().skus
        prefixes = [
            skus[code].partition("-")[0] if code >= 0 else told[exemplar]
            for code, exemplar in zip(codes.tolist(), self.chosen.tolist(), strict=True)
        ]
        return numbered(prefixes, made, self.rows, self._fill.key(cells.leaf.path, "number") ^ self._seed)

    def _left(self, cells: Cells) -> I64:
        """The entries of a leaf's positions, without those that the engine makes after all."""
        level = cells.leaf.level
        entries, number = self._entries[level], self._fill.groups.get(cells.leaf.group)
        opened = self._opened.get(cells.leaf.path)
        if opened is not None:
            entries = np.where(opened, -1, entries)
        if self._loose is None or number is None:
            return entries
        # What belongs together is left to the engine as a whole, or not at all.
        loose = ((self._loose == number) & ~self._fill.held(cells)[self.chosen])[self._owners[level]]
        return np.where(loose, -1, entries)

    def _shown(self, states: NDArray[np.int8], filled: Column, made: Column) -> Column:
        """The column, there and null where the exemplars say so; a field that always is there stays so."""
        present, nulls = made.present, made.nulls
        if present is not None:
            present = np.where(states == State.ENGINE, present, states != State.ABSENT)
        if nulls is not None:
            nulls = np.where(states == State.ENGINE, nulls, states == State.NULL)
        if present is made.present and nulls is made.nulls and filled is made:
            return made
        return replace(filled, present=present, nulls=nulls)

    def _filled(self, cells: Cells, entries: I64, here: Bools | None, made: Column) -> Column:
        match made:
            case Numbers():
                return Numbers(_over(here, self._number(cells, entries, made.scale), made.values), made.scale)
            case Booleans():
                return Booleans(_over(here, self._fill.truths(cells)[entries], made.values))
            case Instants():
                return Instants(_over(here, self._time(cells, entries), made.values))
            case Dates():
                return Dates(_over(here, self._time(cells, entries) // DAY_SECONDS, made.values))
            case Choices():
                codes = self._fill.codes(cells, made)
                if codes is not None:
                    own = codes[entries]
                    known = own >= 0 if here is None else here & (own >= 0)
                    if (known != (True if here is None else here)).any():
                        self._late[cells.leaf.path] = partial(self._told, cells, entries, here)
                    return Choices(np.where(known, own, made.codes), made.words)
        return self._told(cells, entries, here, made)

    def _told(self, cells: Cells, entries: I64, here: Bools | None, made: Column) -> Texts:
        """The exemplar's texts."""
        texts = self._fill.texts(cells)[entries]
        if self._fill.retells(cells):
            texts = self._retold(cells, texts, entries)
        own = texts if here is None else np.where(here, texts, _texts(made))
        return Texts(own.tolist(), made.present, made.nulls)

    def _retold(self, cells: Cells, texts: NDArray[np.object_], entries: I64) -> NDArray[np.object_]:
        """Texts of reviews in other words, where they are not kept."""
        leaf = cells.leaf
        fits, part = accepts(leaf.spec), str(leaf.hint["part"])
        records = [exemplar.record for exemplar in self._shelf.exemplars]
        kept = self._fill.kept(cells)[entries].tolist()
        told = zip(
            texts.tolist(), self.chosen.tolist(), self._hashes(leaf.path, "told", ROOT).tolist(), kept, strict=True
        )
        return objects(
            [text if keeps else told_otherwise(text, records[of], part, bits, fits) for text, of, bits, keeps in told]
        )

    def _number(self, cells: Cells, entries: I64, scale: int) -> I64:
        values, low, high = (table[entries] for table in self._fill.numbers(cells, scale))
        if not (low < high).any():
            return values
        drawn = hashing.between(self._moves(cells, entries), low, high)
        if cells.leaf.hint.get("part") == "quantity":
            drawn = self._pieces(cells, entries, values, drawn)
        if is_money(cells.leaf, scale):
            unit = 10**scale
            ending = drawn // unit * unit + values % unit
            ending = np.where((ending >= low) & (ending <= high), ending, values)
            keeps = (values >= 5 * unit) & (is_priced(cells.leaf) | self._fill.faithful | (values % unit == 0))
            drawn = np.where(keeps, ending, drawn)
        return np.where(low < high, drawn, values)

    def _moves(self, cells: Cells, entries: I64) -> U64:
        """What says how far numbers move: the row's place, or the article, which has one price wherever it stands."""
        leaf = cells.leaf
        marks = self._fill.marks(cells)
        if marks is None:
            return self._hashes(leaf.path, "number", leaf.level)
        keys = hashing.seeded_keys(self._seed, np.array([self._fill.key(leaf.path, "price")], dtype=np.uint64))
        drawn: U64 = hashing.draws(keys, marks[entries])[0]
        return drawn

    def _pieces(self, cells: Cells, entries: I64, own: I64, drawn: I64) -> I64:
        """How many of each article: often as many as the exemplar has, and no more than one buys of it."""
        leaf = cells.leaf
        stays = hashing.below(self._hashes(leaf.path, "stays", leaf.level), 100) < _QUANTITY_STAYS
        codes = self._codes.get(leaf.group)
        least = max(scaled_bounds(leaf.spec, 0)[0] or 1, 1)
        most = np.maximum(self._fill.caps(cells)[entries], least)
        if codes is not None:
            most = np.where(codes >= 0, np.maximum(caps_of(np.maximum(codes, 0)), least), most)
            own = np.where(codes >= 0, np.minimum(own, most), own)
        return np.where(stays, own, np.clip(drawn, least, most))

    def _time(self, cells: Cells, entries: I64) -> I64:
        seconds, back, on = (table[entries] for table in self._fill.times(cells))
        moved = seconds + self._shifts()[self._owners[cells.leaf.level]]
        if not (back + on).any():
            return moved
        return hashing.between(self._hashes(cells.leaf.path, "time", cells.leaf.level), moved - back, moved + on)

    def _clock(self, cells: Cells, made: Column) -> Column:
        """The first time of the record: what the engine has there says where the row stands in time."""
        if self._shift is None and isinstance(made, Instants | Dates):
            self._shift = self._shifts(made.values * (DAY_SECONDS if isinstance(made, Dates) else 1))
        return self._leaf(cells, made)

    def _shifts(self, made: I64 | None = None) -> I64:
        if self._shift is None or made is not None:
            hashes = self._hashes("", "clock", ROOT)
            self._shift = self._fill.clock.shifts(self.chosen, made, hashes, self._as_of)
        return self._shift

    def _numbered(self, cells: Cells, entries: I64, here: Bools | None, made: Column) -> Column:
        """The exemplar's way to somebody with the row's number in it, so that it leads to nobody else."""
        texts = self._fill.texts(cells)[entries].tolist()
        rows = self.rows[self._owners[cells.leaf.level]].tolist()
        places = self._places[cells.leaf.level]
        numbers = [f"{row}" for row in rows]
        if places is not None:
            numbers = [f"{row}.{place}" for row, place in zip(rows, places.tolist(), strict=True)]
        written = [with_number(text, number) for text, number in zip(texts, numbers, strict=True)]
        kept = self._fill.kept(cells)[entries].tolist()
        own = [text if keeps else new for text, new, keeps in zip(texts, written, kept, strict=True)]
        return Texts(own if here is None else np.where(here, objects(own), _texts(made)).tolist())

    def _hashes(self, path: str, purpose: str, level: str) -> U64:
        """One hash a position."""
        keys = hashing.seeded_keys(self._seed, np.array([self._fill.key(path, purpose)], dtype=np.uint64))
        owners, places = self._owners[level], self._places[level]
        counters = hashing.counters(self.rows[owners], places, self._attempts[owners])
        drawn: U64 = hashing.draws(keys, counters)[0]
        return drawn


def _over(here: Bools | None, own: Any, made: Any) -> Any:
    """The exemplar's values where they are here, else the engine's."""
    return own if here is None else np.where(here, own, made)


def _texts(made: Column) -> NDArray[np.object_]:
    values = vector(made).values
    return values if values.dtype == object else objects([str(value) for value in values.tolist()])
