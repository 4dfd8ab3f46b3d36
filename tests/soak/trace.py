"""What a process did to the files of a folder, as `strace` saw it: the real library with its real settings, call by call.

Files that are shared memory (`-shm`) are left out: they are made anew after a loss of power.
"""

import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.soak.disk import Acknowledged, Event, FolderSync, Named, Sync, Truncate, Write

CALLS = (
    "openat,open,creat,close,dup,dup2,dup3,fcntl,write,pwrite64,writev,pwritev,pwritev2,ftruncate,truncate,fallocate,"
    "fsync,fdatasync,sync_file_range,unlink,unlinkat,rename,renameat,renameat2,mmap"
)
LINE = re.compile(r"(?:(?P<process>\d+) +)?(?P<call>\w+)\((?P<said>.*)\) += (?P<result>-?\d+|0x[0-9a-f]+)(?: .*|<.*)?$")
FOLDER, FIRST_MADE = 0, 1_000
BOOK = "acknowledged.jsonl"


def record(command: Sequence[str], environment: Mapping[str, str], cwd: Path, output: Path) -> None:
    """Run a command and write its system calls on files to `output`.

    Raises:
        CalledProcessError: it failed.
    """
    watch = ["strace", "-f", "--seccomp-bpf", "-xx", "-s", "16777216", "-e", f"trace={CALLS}", "-o", str(output)]
    subprocess.run([*watch, *command], env=dict(environment), cwd=cwd, check=True, capture_output=True, text=True)


@dataclass
class Reader:
    """Reads a trace line by line; knows which number stands for which file, and which names the folder has."""

    folder: Path
    names: dict[str, int]
    open: dict[str, int | str] = field(default_factory=dict)
    made: int = 0
    process: str = ""

    def read(self, lines: Iterator[str]) -> Iterator[Event]:
        """Yield what was done to the files of the folder, by the process that was there first.

        Those that it begins, to look at files that came in, close what they inherit and touch nothing of the folder.

        Raises:
            ValueError: a call that this reader does not know touched them.
        """
        for line in whole_lines(lines):
            found = LINE.match(line)
            if found:
                self.process = self.process or found["process"] or ""
            if found and (found["process"] or "") == self.process and not found["result"].startswith("-"):
                yield from self._call(found["call"], found["said"].split(", "), found["result"])

    def _call(self, call: str, said: list[str], result: str) -> Iterator[Event]:
        if call in ("openat", "open", "creat"):
            path = said[1] if call == "openat" else said[0]
            yield from self._opened(text(path), result, creates="O_CREAT" in said[-1] or "O_CREAT" in said[min(2, len(said) - 1)])
        elif call in ("unlink", "unlinkat"):
            yield from self._removed(text(said[0] if call == "unlink" else said[1]))
        elif call.startswith("rename"):
            if any(self._name(text(word)) for word in said if word.startswith('"')):
                raise ValueError(f"a file was renamed: {said}")
        elif call == "close":
            self.open.pop(said[0], None)
        elif said[0] in self.open:
            yield from self._touched(call, said, self.open[said[0]], result)
        elif call == "mmap" and len(said) > 4 and said[4] in self.open and "PROT_WRITE" in said[2]:
            raise ValueError("a file of the database was mapped into memory")

    def _name(self, path: str) -> str:
        """The name of a file of the folder that lasts, else nothing."""
        parent, _, name = path.rpartition("/")
        return name if parent == str(self.folder) and not name.endswith("-shm") else ""

    def _opened(self, path: str, number: str, creates: bool) -> Iterator[Event]:
        self.open.pop(number, None)
        name = self._name(path)
        if path == str(self.folder):
            self.open[number] = FOLDER
        elif name == BOOK:
            self.open[number] = BOOK
        elif name:
            if name not in self.names:
                assert creates, path
                self.made += 1
                self.names[name] = self.made + FIRST_MADE
                yield Named(name, self.names[name])
            self.open[number] = self.names[name]

    def _removed(self, path: str) -> Iterator[Event]:
        name = self._name(path)
        if name in self.names:
            del self.names[name]
            yield Named(name, None)

    def _touched(self, call: str, said: list[str], file: int | str, result: str) -> Iterator[Event]:
        if file == BOOK:
            yield from [Acknowledged(raw(said[1]))] if call == "write" else []
        elif file == FOLDER:
            yield from [FolderSync()] if call in ("fsync", "fdatasync") else []
        elif call == "pwrite64":
            yield Write(int(file), int(said[3]), raw(said[1])[: int(result)])
        elif call == "ftruncate":
            yield Truncate(int(file), int(said[1]))
        elif call in ("fsync", "fdatasync"):
            yield Sync(int(file))
        elif call not in ("fcntl", "sync_file_range") or "F_DUP" in said[1]:
            raise ValueError(f"a file of the database was touched by {call}({', '.join(said)[:200]})")


def whole_lines(lines: Iterator[str]) -> Iterator[str]:
    """Put together again the calls that another thread's call came into the middle of."""
    begun: dict[str, str] = {}
    for line in lines:
        thread, _, said = line.rstrip("\n").partition(" ")
        if said.endswith(" <unfinished ...>"):
            begun[thread] = line.rstrip("\n").removesuffix(" <unfinished ...>")
        elif resumed := re.match(r" *<\.\.\. \w+ resumed>(.*)", said):
            yield begun.pop(thread) + resumed[1]
        else:
            yield line.rstrip("\n")


def raw(word: str) -> bytes:
    """The bytes of a word in quotation marks, written as \\xNN."""
    return bytes.fromhex(word.strip('"').replace("\\x", ""))


def text(word: str) -> str:
    """The same as text."""
    return raw(word).decode()
