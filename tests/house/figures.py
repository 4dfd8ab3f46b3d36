"""How large functions and files of the package are, beside the sizes aimed at: `python -m tests.house.figures`."""

import statistics
from collections.abc import Sequence

from tests.house.syntax import functions, modules


def median_and_p95(sizes: Sequence[int]) -> tuple[float, float]:
    """The middle size, and the size that nineteen of twenty do not exceed; zeros when there is none."""
    if len(sizes) < 2:
        return (float(sum(sizes)), float(sum(sizes)))
    return statistics.median(sizes), statistics.quantiles(sizes, n=20, method="inclusive")[-1]


def figures() -> tuple[str, str]:
    """One line on the functions and one on the files of the package."""
    return (
        _line("functions", [function.lines for function in functions("src")], aims=(10, 40)),
        _line("files", [module.lines for module in modules("src")], aims=(150, 350)),
    )


def _line(what: str, sizes: Sequence[int], aims: tuple[int, int]) -> str:
    median, p95 = median_and_p95(sizes)
    verdict = "" if median <= aims[0] and p95 <= aims[1] else "  <- explain"
    return (
        f"{len(sizes)} {what}, {sum(sizes)} lines: median {median:g} (aim {aims[0]}), "
        f"p95 {p95:.0f} (aim {aims[1]}), longest {max(sizes, default=0)}{verdict}"
    )


if __name__ == "__main__":
    print("\n".join(figures()))
