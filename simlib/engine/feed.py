"""The feed of a projection: hands out blocks to threads, cell of draws by cell of draws, and adds up what comes back.

Blocks give integers that are added up, so the result does not depend on the cut, on the order in which blocks end, on how many threads ran
them, or on which of them were run before and are loaded. Cells of draws are begun in order, so what is finished when somebody stops is a
projection of fewer draws.
"""

from collections.abc import Callable, Iterator, Sequence
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simlib.engine.arrays import Memory, Out
from simlib.engine.blocks import Future, Part, by_draw, by_lane, by_place, future_of, memory_for, parts, ranges, run_block
from simlib.engine.cutting import Cell, Piece, cells, cut
from simlib.engine.draws import Draws
from simlib.engine.encoding import Block
from simlib.engine.kept import Kept, part_label
from simlib.engine.pack import Packed
from simlib.engine.rows import lanes_for

I64 = NDArray[np.int64]
ROWS = "households"  # the sums by household; all others by place are by village


class Sums:
    """All tallies by draw and all sums by place of a projection, as blocks are added."""

    def __init__(self, packed: Packed, draws: int, *, households: bool) -> None:
        years = len(packed.years)
        shapes = {name: by_draw(name, tally, 1).shape[1:] for name, tally in by_lane(packed, years).items()}
        self.by_draw = {name: np.zeros((draws, *shape), dtype=np.int64) for name, shape in shapes.items()}
        self.by_place = by_place(packed, years, households=households)

    def begin(self, draws: int, block: Block) -> None:
        """Set the first draws, of all villages."""
        for name, tally in block.by_draw.items():
            self.by_draw[name][:draws] = tally
        for name, sums in block.by_place.items():
            self.by_place[name][...] = sums

    def places(self, part: Part) -> dict[str, I64]:
        """The sums by place of a part: views."""
        rows, villages = slice(part.first_row, part.last_row), slice(part.first_village, part.last_village)
        return {name: sums[rows if name == ROWS else villages] for name, sums in self.by_place.items()}


class Plan(NamedTuple):
    """What is to be done: the parts of the villages, what they are called on disk, and which blocks of them are loaded or run when."""

    parts: list[Part]
    labels: list[str]
    cells: list[Cell]

    @property
    def blocks(self) -> int:
        """All blocks."""
        return sum(len(cell.pieces) for cell in self.cells)

    @property
    def stored(self) -> list[Piece]:
        """Those that are there."""
        return [piece for cell in self.cells for piece in cell.pieces if piece.stored]


def plan_of(packed: Packed, first: int, last: int, width: int, kept: Kept | None, *, households: bool) -> Plan:
    """Cut the villages into parts and the draws first..last of each into blocks, around those that are kept."""
    pieces = parts(packed)
    labels = [part_label(packed, part, place, households=households) for place, part in enumerate(pieces)] if kept else []
    there = kept.all_ranges() if kept else {}
    cuts = [cut(place, first, last, width, there.get(labels[place], ()) if kept else ()) for place in range(len(pieces))]
    return Plan(pieces, labels, cells(cuts) if cuts else [Cell(last, ())])


def machine_lanes(draws: int, width: int) -> list[int]:
    """The numbers of lanes that machine code is made for, to run so many draws in blocks of `width`, in order."""
    return sorted({lanes_for(last - first) for first, last in ranges(draws, width)})


class Feed:
    """Hands out blocks and adds up what comes back. Threads may ask at the same time."""

    def __init__(
        self, packed: Packed, draws: Draws, plan: Plan, sums: Sums, lanes: Sequence[int], *, first: int, kept: Kept | None
    ) -> None:
        """`lanes`: of the machine code at hand; `first`: draws that `sums` has already; `kept`: where blocks are loaded from and saved."""
        self._packed, self._draws, self._plan, self._sums, self._lanes, self._kept = packed, draws, plan, sums, lanes, kept
        self._busy = [Lock() for _ in plan.parts]  # one thread at a time adds to the villages of a part
        self._pieces = self._all()
        self._futures: dict[tuple[int, int], Future] = {}  # of the cell that is handed out
        self._lock = Lock()
        self._stopped = False
        self.begun = first  # draws whose cell was begun
        self.unfinished = 0  # blocks of these cells that are not added yet

    def _all(self) -> Iterator[Piece]:
        for cell in self._plan.cells:
            if self._stopped:
                return
            self._futures.clear()
            self.begun, self.unfinished = cell.last_draw, self.unfinished + len(cell.pieces)
            yield from cell.pieces

    def stop(self) -> None:
        """Begin no further cell of draws; those begun are finished."""
        self._stopped = True

    def _next(self) -> Piece | None:
        with self._lock:
            return next(self._pieces, None)

    def _future(self, piece: Piece) -> Future:
        """The draws of a piece, looked up once for all parts."""
        span = piece.first_draw, piece.last_draw
        with self._lock:
            if span not in self._futures:
                fitting = (number for number in self._lanes if piece.last_draw - piece.first_draw <= number)
                lanes = next(fitting, None)  # none takes a block of a longer run that was damaged
                self._futures[span] = future_of(self._packed, self._draws, self._packed.years, *span, lanes)
            return self._futures[span]

    def work(self, progress: Callable[[int], None] | None) -> None:
        """Take blocks until there are none: the life of one thread. What is loaded is not told."""
        memory, tallies = memory_for(self._packed, len(self._packed.years)), by_lane(self._packed, len(self._packed.years))
        out, current, number = Out(**tallies, **self._sums.by_place), None, 0
        try:
            while (piece := self._next()) is not None:
                if self._loaded(piece):
                    continue
                future = self._future(piece)
                if current is not None and (current is not future or self._kept is not None):
                    self._add(current, tallies, number)
                    number = 0
                current, number = future, number + 1
                self._run(future, piece, memory, out, tallies)
                if progress:
                    progress(household_years(self._packed, self._plan, piece))
        except BaseException:
            self.stop()
            self._pieces = iter(())
            raise
        if current is not None:
            self._add(current, tallies, number)

    def _run(self, future: Future, piece: Piece, memory: Memory, out: Out, tallies: dict[str, I64]) -> None:
        """Run a block; where blocks are kept, its tallies are empty before, and it is saved."""
        part, kept = self._plan.parts[piece.place], self._kept
        with self._busy[piece.place]:
            if kept is None:
                run_block(self._packed, future, part, memory, out)
                return
            sums = {name: -before for name, before in self._sums.places(part).items()}
            run_block(self._packed, future, part, memory, out)
            for name, after in self._sums.places(part).items():
                sums[name] += after
        drawn = {name: by_draw(name, tally, future.options.valid) for name, tally in tallies.items()}
        kept.save(self._plan.labels[piece.place], piece.first_draw, piece.last_draw, Block(drawn, sums))

    def _add(self, future: Future, tallies: dict[str, I64], number: int) -> None:
        """Add a thread's share of a range of draws, so many blocks, and empty its tallies for the next."""
        with self._lock:
            for name, tally in tallies.items():
                self._sums.by_draw[name][future.first_draw : future.last_draw] += by_draw(name, tally, future.options.valid)
            self.unfinished -= number
        for tally in tallies.values():
            tally[...] = 0

    def _loaded(self, piece: Piece) -> bool:
        """Load a block that is there and add it. -> False where it is to be run"""
        if self._kept is None or not piece.stored:
            return False
        block = self._kept.load(self._plan.labels[piece.place], piece.first_draw, piece.last_draw)
        if block is None:
            return False
        with self._busy[piece.place]:
            for name, sums in self._sums.places(self._plan.parts[piece.place]).items():
                sums += block.by_place[name]
        with self._lock:
            for name, tally in block.by_draw.items():
                self._sums.by_draw[name][piece.first_draw : piece.last_draw] += tally
            self.unfinished -= 1
        return True


def household_years(packed: Packed, plan: Plan, piece: Piece) -> int:
    """How much work a block is."""
    part = plan.parts[piece.place]
    return (part.last_row - part.first_row) * (piece.last_draw - piece.first_draw) * len(packed.years)
