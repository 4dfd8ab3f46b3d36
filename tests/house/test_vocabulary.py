"""The project speaks the words of its field, in its own words, and of nothing but itself."""

import re
from pathlib import Path

from tests.house.names import Name, given_names
from tests.house.syntax import modules
from tests.house.texts import cite, lines_with, project_texts

# Only words that the field never needs; "item", "node" or "status" have good uses and are left to the reviewer.
BANNED_WORDS = {"payload": "request", "predicate": "criterion", "category": "nature, necessity, basis or disposition"}
BANNED_WORDS |= dict.fromkeys(("handler", "manager", "processor", "helper", "util", "utils"), "what it is for")
BANNED_VERBS = {"process", "handle", "manage", "execute"}


def any_of(*patterns: str) -> re.Pattern[str]:
    """One pattern for all; each is written with a ~ in it, so that this file does not hold what it forbids."""
    return re.compile("|".join(pattern.replace("~", "") for pattern in patterns), re.IGNORECASE)


MAKERS = any_of(
    r"\bcl~aude\b|\banth~ropic\b|\bopen~ai\b|\bchat~gpt\b|\bco~pilot\b",
    r"\blanguage mo~dels?\b|\bL~LMs?\b|\bsub-?ag~ents?\b|\bA~I[- ](generated|assisted)\b",
    r"\b(this|last|previous|next|coding) ses~sion\b",
    # Physicians have them, and so have operations.
    r"(?<!physician )(?<!medical )(?<!surgical )(?<!nursing )\bassis~tants?\b(?! (at )?surg)",
)
WORKPLACE = any_of(r"(?<![\w./])/wor~k/|(?<![\w./])/tm~p/|(?<![\w./])/roo~t/")
REGISTRIES = any_of(
    r"\bpyp~i\.|\bpython~hosted\b|\bnp~mjs\.|\bcrates\.i~o\b|\bartif~actory\b|\bjf~rog\b|\bregis~try\.\w+\.\w",
    r"--(extra-)?inde~x-url[ =]+\S|\bregis~try *= *\"?http",
    r"\"resol~ved\": *\"http|\burl *= *\"http[^\"]*\.(wh~l|tar\.g~z|tg~z)\"",
)
WORDS_IN_A_ROW = 10
NAMED_BY_OTHERS = {"process_view"}  # the web framework calls a middleware by this name


def test_names_use_the_words_of_the_field():
    """No name that is given holds a word in place of which the field has a better one."""
    faults = [fault for module in modules() for name in given_names(module) if (fault := _objection(name))]
    assert not faults, cite(faults)


def _objection(name: Name) -> str:
    banned = next((word for word in name.words if word in BANNED_WORDS), None)
    if banned:
        return f"{name.cited}: say {BANNED_WORDS[banned]} instead of {banned}"
    if name.kind == "function" and name.words and name.words[0] in BANNED_VERBS and name.text not in NAMED_BY_OTHERS:
        return f"{name.cited}: say what it does instead of {name.words[0]}"
    return ""


def test_the_project_speaks_of_itself_alone():
    """No file speaks of the tools it was written with or of the place where it was written."""
    faults = lines_with(MAKERS) + lines_with(WORKPLACE)
    assert not faults, cite(faults)


def test_no_package_registry_is_named():
    """No file names a host that packages are fetched from: every machine has its own."""
    faults = lines_with(REGISTRIES)
    assert not faults, cite(faults)


def test_nothing_is_copied_from_the_sources(shared: Path):
    """No file repeats ten words in a row of the licensed documents."""
    sources = sorted((shared / "sources").glob("*.txt"))
    assert sources
    known = {run for path in sources for run in _runs(path.read_text(encoding="utf-8", errors="replace"))}
    faults = [f"{name}: {' '.join(run)}" for name, text in project_texts() for run in _runs(text) if run in known]
    assert not faults, cite(faults)


def _runs(text: str) -> list[tuple[str, ...]]:
    words = re.findall(r"[a-z']+", text.lower())
    return [tuple(words[i : i + WORDS_IN_A_ROW]) for i in range(len(words) - WORDS_IN_A_ROW + 1)]
