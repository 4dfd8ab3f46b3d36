"""The chart of docs/growth.csv, as `benchmarks.growth --chart` writes it to docs/growth.svg."""

import csv
import math
from collections.abc import Callable
from pathlib import Path

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 720, 400, 70, 30, 170, 50
LINES = (
    ("submit p95 ms", "#9a3412", "6 4"),
    ("submit median ms", "#9a3412", "none"),
    ("read p95 ms", "#1d4ed8", "6 4"),
    ("read median ms", "#1d4ed8", "none"),
)


def chart(table: Path) -> str:
    """Return the table as a drawing: milliseconds over cases, both by powers of ten."""
    with table.open(encoding="utf-8", newline="") as opened:
        rows = [{key: float(value) for key, value in row.items()} for row in csv.DictReader(opened)]
    sizes = [row["cases"] for row in rows]
    values = [row[name] for row in rows for name, _, _ in LINES]
    across = _scale(sizes, LEFT, WIDTH - RIGHT)
    up = _scale(values, HEIGHT - BOTTOM, TOP)
    drawn = [_text(LEFT, TOP - 12, "milliseconds for one submission, and for reading one case; SQLite, one process")]
    for value in _tens(values):
        drawn.append(_grid_line(LEFT, up(value), WIDTH - RIGHT, up(value)))
        drawn.append(_text(LEFT - 8, up(value) + 4, f"{value:g}", "end"))
    for size in _tens(sizes):
        drawn.append(_grid_line(across(size), TOP, across(size), HEIGHT - BOTTOM))
        drawn.append(_text(across(size), HEIGHT - BOTTOM + 20, f"{size:,.0f}", "middle"))
    drawn.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, "cases in the database", "middle"))
    for name, colour, dashes in LINES:
        points = [(across(row["cases"]), up(row[name])) for row in rows]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        drawn.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"/>')
        drawn += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        drawn.append(_text(points[-1][0] + 10, points[-1][1] + 4, f"{name.removesuffix(' ms')}: {rows[-1][name]:g}"))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="13">'
    return "\n".join((head, f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>', *drawn, "</svg>")) + "\n"


def _tens(values: list[float]) -> list[float]:
    return [10.0**power for power in range(math.floor(math.log10(min(values))), math.ceil(math.log10(max(values))) + 1)]


def _scale(values: list[float], start: float, end: float) -> Callable[[float], float]:
    powers = [math.log10(one) for one in _tens(values)]
    low, high = powers[0], powers[-1]
    return lambda value: start + (end - start) * (math.log10(value) - low) / (high - low)


def _grid_line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#d4d4d4"/>'


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{words}</text>'
