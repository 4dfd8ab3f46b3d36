"""Backups: made of a database while it is used, sealed; and restored into an empty place, whole or not at all.

Keys are in no backup: not the key of the backup itself, not the keys of files, not the one that signs the log.  Keep them apart.
A backup appears under its name only when all of it is on disk, and takes the place of no file.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from clausewise import __version__
from clausewise.vocab.problem import Problem
from clausewise.wiring import snapshots
from clausewise.wiring.archive import Archive, Manifest, write_manifest, written_part
from clausewise.wiring.configuration import Configuration, Database
from clausewise.wiring.sealed import CHUNK_BYTES, Sealer, Unopened, opened
from clausewise.wiring.snapshots import Looked
from clausewise.wiring.sources import read_file

DATABASE, FILES = "database", "files"


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made or restored: its file, its length in bytes, and what its manifest says."""

    file: Path
    length: int
    manifest: Manifest


def owned(configuration: Configuration) -> Database:
    """Return the database as its owner reaches it, who sees the rows of all tenants."""
    return configuration.owner or configuration.database


def back_up(configuration: Configuration, key: bytes, output: Path, now: datetime) -> Backup | Problem:
    """Back up the database and the files beside it into a new file; return what prevents it.

    Others may write meanwhile: the backup is of one moment, and holds whatever was acknowledged before it began.
    """
    if output.exists():
        return Problem("CW904", "There is such a file already.", str(output), help="Name another; nothing is ever overwritten.")
    began = output.with_name(f"{output.name}.unfinished-{secrets.token_hex(4)}")
    try:
        with open(began, "xb", opener=_for_us_alone) as target:
            manifest = _write(configuration, Sealer(target, key, secrets.token_bytes), now)
            target.flush()
            os.fsync(target.fileno())
        os.link(began, output)  # which fails where somebody else was faster, as a rename would not
        _settle(output.parent)
        return Backup(output, output.stat().st_size, manifest)
    except Unopened as fault:
        return fault.problem
    except FileExistsError:
        return Problem("CW904", "There is such a file already.", str(output), help="Name another; nothing is ever overwritten.")
    except OSError as fault:
        return _unwritten(fault, output)
    finally:
        began.unlink(missing_ok=True)


def _for_us_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _settle(folder: Path) -> None:
    """Have the name of a new file on disk as well."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _unwritten(fault: OSError, file: Path) -> Problem:
    help = "Name a file in a folder that you may write to, with room for it."
    return Problem("CW711", f"This file cannot be written: {fault.strerror}.", str(file), help=help)


def _write(configuration: Configuration, sealer: Sealer, now: datetime) -> Manifest:
    database = owned(configuration)
    parts: dict[str, tuple[str, int]] = {}
    with _copied(configuration) if database.path else _dumping(database) as (looked, content):
        parts[DATABASE] = written_part(sealer.write, DATABASE, content)
    # After the database: a file is there before the row that names it.
    for name, file in _files(configuration.data):
        parts[name] = written_part(sealer.write, name, _blocks(file))
    kind, made = snapshots.kind_of(database), now.isoformat()
    manifest = Manifest(kind, __version__, made, looked.entries, looked.root, looked.migrations, parts)
    write_manifest(sealer.write, manifest)
    sealer.close()
    return manifest


@contextmanager
def _copied(configuration: Configuration) -> Iterator[tuple[Looked, Iterator[bytes]]]:
    """Copy an SQLite database beside itself, where it lies unsealed anyway, for as long as it is read."""
    source = owned(configuration).path
    assert source is not None
    if not source.exists():
        raise Unopened(Problem("CW845", "There is no storage here yet.", str(source), help="Run `clausewise store migrate`."))
    copy = source.with_name(f"{source.name}.copy-{secrets.token_hex(4)}")
    try:
        os.close(_for_us_alone(str(copy), os.O_WRONLY | os.O_CREAT | os.O_EXCL))
        snapshots.copy_sqlite(source, copy)
        with snapshots.asking_sqlite(copy) as ask:
            list(ask("PRAGMA journal_mode = DELETE"))
            problem = snapshots.unsound_sqlite(ask, str(source))
            if problem is not None:
                raise Unopened(problem)
            looked = snapshots.look(ask)
        yield looked, _blocks(copy)
    finally:
        for file in (copy, *(Path(f"{copy}{ending}") for ending in ("-wal", "-shm", "-journal"))):
            file.unlink(missing_ok=True)


@contextmanager
def _dumping(database: Database) -> Iterator[tuple[Looked, Iterator[bytes]]]:
    with snapshots.asking_postgresql(database) as ask:
        yield snapshots.look(ask), snapshots.dumped(database, ask)


def _files(data: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files that are kept beside the database, by their names in a backup."""
    for file in sorted((data / FILES).rglob("*")):
        if file.is_file() and not file.is_symlink():
            yield file.relative_to(data).as_posix(), file


def _blocks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened_file:
        while block := opened_file.read(CHUNK_BYTES):
            yield block


# ---- restoring -------------------------------------------------------------------------------------------------------


def checked(file: Path, key: bytes) -> Backup | Problem:
    """Read a backup to its end and return it, if every byte of it is as it was written; nothing is restored."""
    try:
        with file.open("rb") as source:
            archive = Archive(opened(source, key, str(file)), str(file))
            for name, _ in archive.parts():
                _refuse_name(name, file)
            return Backup(file, source.tell(), archive.manifest)
    except Unopened as fault:
        return fault.problem
    except OSError:
        problem = read_file(file)  # which says why, as for every other file
        return problem if isinstance(problem, Problem) else Problem("CW703", "This file cannot be read.", str(file))


def _refuse_name(name: str, file: Path) -> None:
    """Refuse a part that would lie elsewhere than among the files; only a holder of the key could have written it."""
    steps = name.split("/")
    if name != DATABASE and (steps[0] != FILES or len(steps) < 2 or not all(steps) or {".", ".."} & set(steps) or "\0" in name):
        raise Unopened(Problem("CW901", "This backup names a part that no backup has.", str(file), help="Find out who made it."))


def restore(configuration: Configuration, key: bytes, file: Path) -> Backup | Problem:
    """Restore a backup into an empty place, after all of it was read and found sound; return what prevents it.

    Whatever fails, the place is empty again.  The log that was restored is walked, and has the root that the manifest names.
    """
    found = checked(file, key)
    if isinstance(found, Problem):
        return found
    try:
        problem = _not_for_here(configuration, found)
        if problem is None:
            _put_back(configuration, key, found)
    except Unopened as fault:
        return fault.problem
    except OSError as fault:
        return _unwritten(fault, configuration.data)
    return problem or found


def _not_for_here(configuration: Configuration, backup: Backup) -> Problem | None:
    database, kind = owned(configuration), snapshots.kind_of(owned(configuration))
    if backup.manifest.kind != kind:
        help = "Name a database of that kind in CLAUSEWISE_DATABASE."
        return Problem("CW908", f"This is a backup of {backup.manifest.kind}, and here is {kind}.", str(backup.file), help=help)
    if _is_taken(configuration, database):
        help = "Name an empty place: a new file or a new database, and a data folder without files."
        return Problem("CW908", "There is a storage here already; a backup is restored only into an empty place.", help=help)
    return None


def _is_taken(configuration: Configuration, database: Database) -> bool:
    if any(_files(configuration.data)):
        return True
    if database.path is not None:
        return any(Path(f"{database.path}{ending}").exists() for ending in ("", "-wal", "-shm", "-journal"))
    with snapshots.asking_postgresql(database) as ask:
        ((tables,),) = ask(snapshots.TABLES)
    return bool(tables)


def _put_back(configuration: Configuration, key: bytes, backup: Backup) -> None:
    configuration.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with backup.file.open("rb") as source:
        _put_parts(configuration, Archive(opened(source, key, str(backup.file)), str(backup.file)), backup)


def _put_parts(configuration: Configuration, archive: Archive, backup: Backup) -> None:
    """Put the files where they belong, and the database last: only with it is there a storage."""
    database, made = owned(configuration), list[Path]()
    began = database.path.with_name(f"{database.path.name}.unfinished") if database.path else None
    try:
        for name, content in archive.parts():
            if name != DATABASE:
                made.append(configuration.data / name)
                _write_file(made[-1], content)
            elif began is not None:
                made.append(began)
                _write_file(began, content)
            else:
                snapshots.load_dump(database, content)
        if archive.manifest != backup.manifest:
            message, help = "This backup changed while it was restored.", "Copy it, and try again."
            raise Unopened(Problem("CW903", message, str(backup.file), help=help))
        _compare(database, began, backup)
    except BaseException:
        for file in made:
            file.unlink(missing_ok=True)
        if began is None:
            _emptied(database)
        raise
    if began is not None and database.path is not None:
        os.rename(began, database.path)
        _settle(database.path.parent)


def _write_file(file: Path, content: Iterator[bytes]) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(file, "xb", opener=_for_us_alone) as target:
        for block in content:
            target.write(block)
        target.flush()
        os.fsync(target.fileno())


def _compare(database: Database, began: Path | None, backup: Backup) -> None:
    """Walk the log that was restored, and compare it with the manifest."""
    with snapshots.asking_sqlite(began) if began else snapshots.asking_postgresql(database) as ask:
        problem = snapshots.unsound_sqlite(ask, str(backup.file)) if began else None
        looked = snapshots.walk(ask, str(backup.file))
    if problem is None and (looked.entries, looked.root) != (backup.manifest.entries, backup.manifest.root):
        help = "Keep it for whoever answers for security, and take an earlier backup."
        problem = Problem("CW907", "The log in it is not the one that its manifest names.", str(backup.file), help=help)
    if problem is not None:
        raise Unopened(problem)


def _emptied(database: Database) -> None:
    """Take away what was restored into a database that was empty before."""
    import psycopg

    with psycopg.connect(**snapshots.address(database)) as connection:
        tables = connection.execute("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in tables:
            connection.execute(f"DROP TABLE {table} CASCADE")
        connection.execute("DROP FUNCTION IF EXISTS store_refuse()")
