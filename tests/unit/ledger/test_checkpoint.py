"""Checkpoints and keys: the exact text, signatures that hold, files that others can read."""

import base64
from datetime import UTC, datetime

import pytest

from clausewise.ledger.checkpoint import (
    Checkpoint,
    PublicKey,
    SignedCheckpoint,
    SigningKey,
    is_signed,
    read_checkpoints,
    read_public_key,
    read_signing_key,
    sign,
)
from clausewise.ledger.key_file import read_public_file, read_signing_file, write_key_files
from clausewise.vocab.problem import Problem
from tools.sample_ledger import KEY
from tools.verify_ledger import bears, is_signature, read_notes

CHECKPOINT = Checkpoint(KEY.name, 7, bytes(range(32)), datetime(2026, 3, 16, 14, 2, 11, tzinfo=UTC))
STRANGER = SigningKey(KEY.name, bytes(32))


def test_the_text_that_is_signed():
    """Origin, size, root, instant: four lines, as the specification of checkpoints has them."""
    root = base64.b64encode(bytes(range(32))).decode()
    assert f"clinic.example/ledger\n7\n{root}\n2026-03-16T14:02:11.000000Z\n" == sign(CHECKPOINT, KEY).text


def test_a_signature_holds_for_its_key_and_text_alone():
    """A note is signed by the key that signed it, and no longer when a sign of it is changed."""
    note = sign(CHECKPOINT, KEY)
    assert is_signed(note, KEY.public)
    assert not is_signed(note, STRANGER.public)
    [changed], _ = read_checkpoints(note.written().replace("\n7\n", "\n8\n"))
    assert not is_signed(changed, KEY.public)


def test_notes_are_read_back_one_after_the_other():
    """Several notes in one file, with and without empty lines between, are read back as they were."""
    notes = tuple(sign(Checkpoint(KEY.name, size, bytes(32), CHECKPOINT.at), KEY) for size in (0, 1, 10**12))
    for between in ("", "\n", "\n\n"):
        assert (notes, ()) == read_checkpoints(between.join(note.written() for note in notes))


def test_further_signatures_are_kept():
    """A witness may add its signature below; ours still holds."""
    text = sign(CHECKPOINT, KEY).written() + f"— witness.example {base64.b64encode(bytes(72)).decode()}\n"
    [note], problems = read_checkpoints(text)
    assert ((), text) == (problems, note.written())
    assert is_signed(note, KEY.public)


BREAKS = [("\n7\n", "\n07\n"), ("=\n2026", "\n2026"), ("03-16T", "02-30T"), ("\n\n—", "\n—"), ("— ", "- ")]


@pytest.mark.parametrize("change", BREAKS)
def test_what_is_no_note_is_told_with_its_line(change):
    """A note that is broken anywhere is a problem at the line where it begins, and those before it are read."""
    sound = sign(CHECKPOINT, KEY).written()
    notes, [problem] = read_checkpoints(f"{sound}\n{sound.replace(*change)}", "outside.txt")
    assert (1, "CW822", 8) == (len(notes), problem.code, problem.line)


def test_keys_are_written_and_read_back():
    """A key's text is read back as that key, with its id; another sign in it makes it none."""
    assert KEY == read_signing_key(KEY.written() + "\n")
    assert KEY.public == read_public_key(str(KEY.public)) == read_public_key(KEY.written())
    assert read_signing_key(str(KEY.public)) is None
    name, number, raw = KEY.written().removeprefix("PRIVATE+KEY+").split("+", 2)
    for text in ("", "PRIVATE+KEY+", f"PRIVATE+KEY+{name}+00000000+{raw}", f"PRIVATE+KEY+{name}+{number}+{raw[:-4]}", "a+b+c"):
        assert read_signing_key(text) is None
        assert read_public_key(text) is None


def test_a_secret_key_is_not_shown():
    """Printing a key by accident does not print what is secret."""
    assert base64.b64encode(KEY.seed).decode() not in f"{KEY} {KEY!r}"
    assert repr(KEY.seed) not in f"{KEY} {KEY!r}"


def test_key_files(tmp_path):
    """A key is written for its owner alone, is read back, and is never overwritten."""
    path = tmp_path / "key"
    assert write_key_files(path, KEY) is None
    assert 0o600 == path.stat().st_mode & 0o777
    assert KEY == read_signing_file(path)
    assert (KEY.public,) == read_public_file(path) == read_public_file(tmp_path / "key.pub")
    (tmp_path / "both").write_text(f"{KEY.public}\n{STRANGER.public}\n")
    assert (KEY.public, STRANGER.public) == read_public_file(tmp_path / "both")
    refused = write_key_files(path, STRANGER)
    assert isinstance(refused, Problem) and "CW825" == refused.code
    assert KEY == read_signing_file(path)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o620, 0o700])
def test_a_secret_key_that_others_can_use_is_refused(tmp_path, mode):
    """A mode that gives anybody else anything, or more than reading and writing, is refused for signing and for verifying."""
    path = tmp_path / "key"
    assert write_key_files(path, KEY) is None
    path.chmod(mode)
    for read in (read_signing_file, read_public_file):
        refused = read(path)
        assert isinstance(refused, Problem) and "CW824" == refused.code and f"{mode:o}" in refused.message


# RFC 8032, 7.1: secret key, public key, message, signature.
RFC_8032 = (
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
)


@pytest.mark.parametrize(("seed", "public", "message", "signature"), RFC_8032)
def test_the_vectors_of_ed25519(seed, public, message, signature):
    """The library and the verifier in plain Python both hold to the vectors of the standard."""
    assert public == SigningKey("k", bytes.fromhex(seed)).public.key.hex()
    assert is_signature(bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature))
    assert not is_signature(bytes.fromhex(public), bytes.fromhex(message) + b"x", bytes.fromhex(signature))


def test_a_note_of_others_verifies():
    """A signed note as Go's package for them shows it is good under its key by our reading of key, id and signature."""
    raw = base64.b64decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    key = PublicKey("PeterNeumann", raw[1:])
    assert "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW" == str(key)
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    told = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    assert is_signed(SignedCheckpoint(CHECKPOINT, text, (("PeterNeumann", base64.b64decode(told)),)), key)


def test_both_verifiers_judge_a_signature_alike():
    """Whatever bit of a signature is turned, the library and plain Python refuse it both; the whole one they take."""
    note = sign(CHECKPOINT, KEY)
    [(name, signature)] = note.signatures
    for bit in (None, 0, 35, 32 + 255, 32 + 256, 290, 32 + 508, 32 + 511):
        turned = bytearray(signature)
        if bit is not None:
            turned[bit // 8] ^= 1 << bit % 8
        line = f"— {name} {base64.b64encode(bytes(turned)).decode()}\n"
        [theirs], _ = read_checkpoints(f"{note.text}\n{line}")
        [ours] = read_notes(f"{note.text}\n{line}")
        assert (bit is None) == is_signed(theirs, KEY.public) == bears(ours, str(KEY.public))
