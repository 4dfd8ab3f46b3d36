"""Diagnosis codes as dated data: what the table says on a day, and what the extraction lets into it."""

import hashlib
import subprocess
import sys
import zipfile
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from clausewise.policy import code_tables
from clausewise.policy.code_tables import Validity, diagnosis_validity, icd_spans, is_diagnosis_shaped, read_dated_codes
from tools import extract_icd10cm as extract

TABLE = files("clausewise.policy") / "tables" / "icd10cm.txt"
APRIL_2025, APRIL_2026 = date(2025, 4, 1), date(2026, 4, 1)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2020, 12, 31), Validity.NOT_KNOWN),
        (date(2021, 1, 1), Validity.VALID),
        (date(2021, 3, 31), Validity.VALID),
        (date(2021, 4, 1), Validity.NOT_KNOWN),
        (date(2025, 3, 31), Validity.NOT_KNOWN),
        (date(2025, 4, 1), Validity.VALID),
        (date(2025, 9, 30), Validity.VALID),
        (date(2025, 10, 1), Validity.NOT_KNOWN),
        (date(2026, 3, 16), Validity.NOT_KNOWN),
        (date(2026, 3, 31), Validity.NOT_KNOWN),
        (date(2026, 4, 1), Validity.NOT_BILLABLE),
        (date(2026, 9, 30), Validity.NOT_BILLABLE),
        (date(2026, 10, 1), Validity.NOT_KNOWN),
    ],
)
def test_lipodystrophy_is_billable_in_2025_and_a_parent_in_2026(on, expected):
    """E88.1 changes its kind between two known releases, and each span holds up to, not including, its last day."""
    assert expected == diagnosis_validity("E88.1", on)


@pytest.mark.parametrize("code", ["E88.10", "E88.14", "QA0.8", "QA0.0101"])
def test_code_of_a_later_release_is_no_code_before(code):
    """A code that a later release brings is not a code in an earlier one."""
    assert diagnosis_validity(code, APRIL_2025) == Validity.NOT_A_CODE
    assert diagnosis_validity(code, APRIL_2026) == Validity.VALID


def test_code_that_was_split_is_a_parent_afterwards():
    """Multiple sclerosis, a leaf of three places in 2025, is a parent in 2026."""
    assert diagnosis_validity("G35", APRIL_2025) == Validity.VALID
    assert diagnosis_validity("G35", APRIL_2026) == Validity.NOT_BILLABLE


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("B20", Validity.VALID),
        ("Z21", Validity.VALID),
        ("S30.1XXA", Validity.NOT_A_CODE),
        ("S31.0", Validity.NOT_BILLABLE),
        ("T20.011A", Validity.VALID),
        ("A00", Validity.NOT_BILLABLE),
        ("A00.0", Validity.VALID),
        ("Z99.89", Validity.VALID),
    ],
)
def test_leaf_and_parent_are_told_apart(code, expected):
    """Codes of three to seven places, the first and the last of the table among them, are found with their kind."""
    assert expected == diagnosis_validity(code, APRIL_2026)


@pytest.mark.parametrize(
    "code",
    ["", "ZZZ", "A99.99", "U99.9", "E88.15", "15830", "nonsense", "A00-A09", "E88.10 ", "É88", "11", "B2", "B200"],
)
def test_nonsense_is_not_a_code(code):
    """What is no code is said to be none, whether it has the shape of one or not."""
    assert diagnosis_validity(code, APRIL_2026) == Validity.NOT_A_CODE


def test_nonsense_on_an_unknown_day_is_not_known():
    """Outside every known span nothing is refused, not even nonsense."""
    assert diagnosis_validity("nonsense", date(2026, 3, 16)) == Validity.NOT_KNOWN


@pytest.mark.parametrize("code", ["E8814", "e88.14", "e8814", "E88.14"])
def test_dot_and_case_do_not_matter(code):
    """One code is one code, with or without its dot, in either case."""
    assert diagnosis_validity(code, APRIL_2026) == Validity.VALID


@pytest.mark.parametrize("code", ["B20", "E88.1", "E881", "c4a.9", "M1A.00X0", "QA0", "T20.011A"])
def test_shape_of_a_diagnosis_code(code):
    """A letter, a digit or A, a digit or letter, then up to four more after an optional dot."""
    assert is_diagnosis_shaped(code)


@pytest.mark.parametrize(
    "code",
    ["", "B2", "15830", "E88.", "E8.81", "E88..1", "E88.1.4", "E88.12345", "E88.1\n", " B20", "BB0", "ı10", "Z21 Z22"],
)
def test_shape_that_no_diagnosis_code_has(code):
    """Procedure codes, misplaced dots, blanks, letters from elsewhere and overlong codes are not diagnosis-shaped."""
    assert not is_diagnosis_shaped(code)


def test_spans_are_dated_oldest_first_without_overlap():
    """The known spans are exactly the three published releases, each up to the next day on which codes may change."""
    assert (
        (date(2021, 1, 1), date(2021, 4, 1)),
        (date(2025, 4, 1), date(2025, 10, 1)),
        (date(2026, 4, 1), date(2026, 10, 1)),
    ) == icd_spans()


def test_table_holds_the_releases_the_script_knows():
    """A release added to the script and not extracted, or the reverse, is noticed."""
    ordered = sorted(extract.RELEASES.values(), key=lambda release: release.effective_from)
    assert icd_spans() == tuple(extract.spans(ordered))


def test_every_line_of_the_table_can_be_looked_up():
    """The look-up needs sorted lines of one width, each a diagnosis-shaped code and one flag for each span."""
    head, *lines = TABLE.read_text("ascii").splitlines()
    codes = [line[: code_tables.CODE_WIDTH] for line in lines]
    flags = {line[code_tables.CODE_WIDTH :] for line in lines}

    assert codes == sorted(set(codes))
    assert all(is_diagnosis_shaped(code.rstrip()) for code in codes)
    assert {len(head.split()) - 1} == {len(flag) for flag in flags}
    assert set("BP-") == set("".join(flags))
    assert "---" not in flags


def test_billable_codes_are_as_many_as_the_releases_have():
    """The numbers of billable codes are those counted with the package itself, version by version."""
    lines = TABLE.read_text("ascii").splitlines()[1:]
    billable = [sum(line[code_tables.CODE_WIDTH + column] == "B" for line in lines) for column in range(3)]
    assert billable == [72_621, 74_260, 74_719]


def test_reader_never_loads_the_package_it_was_extracted_from():
    """Looking up a code imports no simple_icd_10_cm."""
    program = (
        "import sys, datetime; from clausewise.policy.code_tables import diagnosis_validity as valid;"
        "print(valid('B20', datetime.date(2026, 4, 1)).value, [name for name in sys.modules if 'icd_10' in name])"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "valid []"


# The extraction, on synthetic archives.

OLD, NEW = extract.Release("old", date(2030, 4, 1)), extract.Release("new", date(2030, 10, 1))
ORDER_FILE = "00001 A00     0 Made up        Made up\n00002 A000    1 Made up        Made up\n"


def archive(folder: Path, name: str, text: str) -> Path:
    """Write a synthetic archive with one code list."""
    path = folder / name
    with zipfile.ZipFile(path, "w") as members:
        members.writestr("data/list.txt", text)
        members.writestr("made_up.dist-info/top_level.txt", "made_up")
    return path


def test_extracted_table_is_what_the_reader_reads():
    """A code that becomes a parent reads back as one, on both sides of the change, and a gap stays a gap."""
    later = extract.Release("later", date(2032, 4, 1))
    content = extract.table({later: {"A00": False, "A000": True}, OLD: {"A00": True}})
    codes = read_dated_codes(content)

    assert content == b"icd10cm 2030-04-01/2030-10-01 2032-04-01/2032-10-01\nA00    BP\nA000   -B\n"
    assert None is codes.column(date(2030, 10, 1))
    assert (codes.validity("A00", 0), codes.validity("A00", 1)) == (Validity.VALID, Validity.NOT_BILLABLE)
    assert codes.validity("Z99", 1) == Validity.NOT_A_CODE


def test_same_releases_in_any_order_give_the_same_bytes():
    """The table does not depend on the order in which archives are named or codes are met."""
    assert extract.table({OLD: {"B20": True, "A00": True}, NEW: {"A00": True}}) == extract.table(
        {NEW: {"A00": True}, OLD: {"A00": True, "B20": True}}
    )


def test_release_ends_where_a_known_one_begins_before_the_next_change():
    """A release out of turn cuts the one before it short."""
    out_of_turn = extract.Release("out of turn", date(2031, 1, 1))
    assert [(NEW.effective_from, date(2031, 1, 1)), (date(2031, 1, 1), date(2031, 4, 1))] == list(
        extract.spans([NEW, out_of_turn])
    )


def test_known_list_is_read_without_its_chapters_and_blocks(tmp_path):
    """Of a plain list only the codes are taken, and a code with longer codes below it is a parent."""
    text = "1\nA00-A09\nA00\nA00.0\nA00.1\nB20\n"
    path = archive(tmp_path, "plain.whl", text)
    known = {hashlib.sha256(text.encode()).hexdigest(): OLD}

    assert extract.read_release(path, known) == (OLD, {"A00": False, "A000": True, "A001": True, "B20": True})


def test_order_file_is_read_by_its_columns():
    """Of an order file the numbers are taken, and descriptions stay behind."""
    assert extract.billable_codes(ORDER_FILE) == {"A00": False, "A000": True}


def test_order_file_that_contradicts_itself_is_refused():
    """A code flagged billable above another code is an error of the file, not a fact."""
    with pytest.raises(extract.Refused, match="has codes below it"):
        extract.billable_codes(ORDER_FILE.replace(" 0 ", " 1 "))


@pytest.mark.parametrize("text", ["", "A00.0\nA00.1\n", "A000    Made up\n"])
def test_list_without_parents_is_refused(text):
    """A list of billable codes alone, or in a form the script does not read, gives no table."""
    with pytest.raises(extract.Refused, match="names no parents"):
        extract.billable_codes(text)


def test_archive_of_unknown_release_is_refused_and_nothing_written(tmp_path, capsys):
    """A release the script does not know is named with its SHA-256, and the table stays as it was."""
    output = tmp_path / "table.txt"
    path = archive(tmp_path, "new.whl", ORDER_FILE)

    assert extract.main([str(path), "--output", str(output)]) == 1
    assert not output.exists()
    assert (
        f"new.whl carries no known release (SHA-256 of its lists: {hashlib.sha256(ORDER_FILE.encode()).hexdigest()})."
        " Add it to RELEASES first.\n"
    ) == capsys.readouterr().err


def test_file_that_is_no_archive_is_refused(tmp_path, capsys):
    """A file of another kind is refused with a sentence."""
    path = tmp_path / "list.txt"
    path.write_text(ORDER_FILE)

    assert extract.main([str(path), "--output", str(tmp_path / "table.txt")]) == 1
    assert capsys.readouterr().err == "list.txt cannot be read as an archive: File is not a zip file.\n"
