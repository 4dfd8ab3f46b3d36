"""Words of a document in Markdown: what would act as markup is shown as the sign it is."""

import re

_ACTS = re.compile(r"[\\`*\[\]<~|]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)|(?:(?<=\s)|^)(?:[#>+=-]+|1[.)])(?=\s|$)|^\d+[.)](?=\s|$)")
_CODE_OF_LINE = re.compile(r"(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)")
_CODE_OF_PARAGRAPH = re.compile(r"(?<!`)(`+)(?!`)(?:(?!\n[ \t]*\n).)*?(?<!`)\1(?!`)", re.DOTALL)
_TAG = re.compile(r"(\\*)<(?=[A-Za-z/!?])")


def escaped(text: str) -> str:
    r"""Return words so that Markdown shows them as they are.

    >>> escaped("a_b is <b>*5*</b>")
    'a_b is \\<b>\\*5\\*\\</b>'
    """
    return _ACTS.sub(lambda found: re.sub(r"(_|[^\w\s])", r"\\\1", found[0], count=1), text)


def without_html(text: str) -> str:
    """Return a Markdown text in which nothing outside code is HTML: what looks like a tag is shown and does not act.

    A stretch of code may end with its line for one reader of Markdown, with its paragraph for another: code is what is so for both.
    """
    code = [[range(*found.span()) for found in pattern.finditer(text)] for pattern in (_CODE_OF_LINE, _CODE_OF_PARAGRAPH)]

    def shown(tag: re.Match[str]) -> str:
        is_code = all(any(tag.start() in span for span in spans) for spans in code)
        is_shown_already = len(tag[1]) % 2 == 1
        return tag[0] if is_code or is_shown_already else f"{tag[1]}\\<"

    return _TAG.sub(shown, text)
