"""Where the templates of pages live, and how every page is filled in."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


def page_environment(filters: Mapping[str, Callable[..., object]], names: Mapping[str, object]) -> "Environment":
    """Return an environment for the templates of a page, with its own filters and with names that every part of it knows.

    All words are escaped.  What a template cannot find is a fault and never an empty place.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined  # only a page needs it: other commands start faster

    loader = PackageLoader("clausewise.render", "templates")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, auto_reload=False
    )
    environment.filters |= filters
    environment.globals |= names
    return environment
