"""How templates show truth and the words of others."""

import re

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from clausewise.render import known
from clausewise.render.rows import LOOKS, SIGNS, WORDS, Look
from clausewise.vocab.request import Evidence
from clausewise.vocab.truth import Truth

register = template.Library()
CLASSES = {Look.MET: "met", Look.FAILED: "failed", Look.OPEN: "open", Look.QUIET: "quiet", Look.HEAD: "head", Look.PLAIN: "plain"}
LOOK_SIGNS = {Look.MET: "✓", Look.FAILED: "✗", Look.OPEN: "?"}

# Signs that turn the direction of text or are none: a reviewer must see that they are there.
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")


def visible(text: str) -> str:
    """Return a text with the name of each control character in its place, such as `[U+202E]`."""
    return _HIDDEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


@register.filter
def said(text: object) -> SafeString:
    """Return the words of others: escaped, set apart from the direction of what is around them, nothing hidden in them."""
    return format_html("<bdi>{}</bdi>", visible(str(text)))


@register.filter
def truth(value: Truth, state: str = "") -> SafeString:
    """Return a truth as every page shows it: a sign and a word, which colour only repeats."""
    return badge(SIGNS[value], state or WORDS[value], LOOKS[value])


@register.filter
def statement(evidence: Evidence) -> str:
    """Return who said what, when, in which document."""
    return known.statement(evidence)


@register.filter
def look(value: Look) -> str:
    """Return the class of a look."""
    return CLASSES[value]


def badge(sign: str, words: str, how: Look) -> SafeString:
    """Return a sign with its words; the sign is for eyes only, the words are read out."""
    return format_html('<span class="truth {}"><span aria-hidden="true">{}</span> {}</span>', CLASSES[how], sign, words)
