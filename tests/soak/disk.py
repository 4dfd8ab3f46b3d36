"""A disk that loses its power: what a file system may have kept of the writes of a process, by the promises of POSIX alone.

What was synced is there.  Of what was written since, any part may be there and any may not, in pieces of 512 bytes and in any
order.  A file that was made, renamed or taken away is so for certain only after its folder was synced; of such changes a first
part is kept, in their order.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

SECTOR = 512


@dataclass(frozen=True)
class Write:
    """Bytes written to a file at a place; `file` is a number that stays with it whatever its name."""

    file: int
    offset: int
    content: bytes


@dataclass(frozen=True)
class Truncate:
    """A file cut or stretched to a size."""

    file: int
    size: int


@dataclass(frozen=True)
class Sync:
    """All that was written to a file is on the disk now."""

    file: int


@dataclass(frozen=True)
class Named:
    """A name in the folder stands for a file now, or for none."""

    name: str
    file: int | None


@dataclass(frozen=True)
class FolderSync:
    """All names of the folder are on the disk now."""


@dataclass(frozen=True)
class Acknowledged:
    """An act was acknowledged, as the line in which that was written."""

    line: bytes


Event = Write | Truncate | Sync | Named | FolderSync | Acknowledged


@dataclass
class Disk:
    """The files of a folder: what is certain of each, what is not yet, and the same for their names."""

    certain: dict[int, bytearray]
    names: dict[str, int]
    waiting: dict[int, list[Write | Truncate]] = field(default_factory=dict)
    waiting_names: list[Named] = field(default_factory=list)

    def take(self, event: Event) -> None:
        """Let an event happen."""
        match event:
            case Write() | Truncate():
                self.waiting.setdefault(event.file, []).append(event)
            case Sync():
                content = self.certain.setdefault(event.file, bytearray())
                for one in self.waiting.pop(event.file, []):
                    _apply(content, one)
            case Named():
                self.waiting_names.append(event)
            case FolderSync():
                _rename(self.names, self.waiting_names)
                self.waiting_names = []
            case Acknowledged():
                pass

    def after_power_loss(self, seed: int, place: int) -> dict[str, bytes]:
        """Return the files as they may be when the power is back: nothing uncertain for seed 0, all of it for 1, else by chance."""
        chance = random.Random(f"{seed} {place}")
        names = dict(self.names)
        _rename(names, self.waiting_names[: _kept_names(seed, chance, len(self.waiting_names))])
        return {name: self._content(file, _keeps(seed, chance)) for name, file in sorted(names.items())}

    def _content(self, file: int, kept: Callable[[], bool]) -> bytes:
        content = bytearray(self.certain.get(file, b""))
        for one in self.waiting.get(file, []):
            for piece in _pieces(one):
                if kept():
                    _apply(content, piece)
        return bytes(content)


def _kept_names(seed: int, chance: random.Random, number: int) -> int:
    return {0: 0, 1: number}.get(seed, chance.randint(0, number))


def _keeps(seed: int, chance: random.Random) -> Callable[[], bool]:
    """Return what decides about each piece of a file; one file may lose almost all and another almost nothing."""
    likely = {0: 0.0, 1: 1.0}.get(seed, chance.choice((0.0, 0.05, 0.5, 0.95, 1.0)))
    return lambda: chance.random() < likely


def _pieces(one: Write | Truncate) -> Iterator[Write | Truncate]:
    if isinstance(one, Truncate):
        yield one
        return
    start, end = one.offset, one.offset + len(one.content)
    while start < end:
        stop = min(end, (start // SECTOR + 1) * SECTOR)
        yield Write(one.file, start, one.content[start - one.offset : stop - one.offset])
        start = stop


def _apply(content: bytearray, one: Write | Truncate) -> None:
    size = one.size if isinstance(one, Truncate) else one.offset + len(one.content)
    if len(content) < size:
        content.extend(bytes(size - len(content)))
    if isinstance(one, Truncate):
        del content[size:]
    else:
        content[one.offset : size] = one.content


def _rename(names: dict[str, int], changes: list[Named]) -> None:
    for one in changes:
        if one.file is None:
            names.pop(one.name, None)
        else:
            names[one.name] = one.file
