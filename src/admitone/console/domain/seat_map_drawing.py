"""What the drawing of a seat map shows, from its public geometry: one list of shapes for the template."""

from typing import Any

Document = dict[str, Any]

SEATS_DRAWN_MAX = 6_000
"""Beyond that a page would be megabytes: sections are drawn by their outlines."""


def drawing_of(geometry: Document) -> Document:
    """Return `{width, height, seats, outlines, labels, areas, counts}`; coordinates are those of the map."""
    colors = {category["name"]: category["color"] for category in geometry["categories"]}
    has_seats = geometry["seat_count"] <= SEATS_DRAWN_MAX
    rows = [row for section in geometry["sections"] for row in section["rows"]]
    seats = [
        {
            "x": seat["x"],
            "y": seat["y"],
            "color": colors.get(seat["category"]) or "#79706e",
            "mark": next((mark for mark in ("accessible", "companion") if mark in seat["attributes"]), ""),
        }
        for row in rows
        for seat in row["seats"]
    ]
    return {
        "width": geometry["size"]["width"],
        "height": geometry["size"]["height"],
        "seats": seats if has_seats else [],
        "outlines": [] if has_seats else [_points(section["outline"]) for section in geometry["sections"]],
        "labels": [{"text": row["name"], **row["label"]} for row in rows] if has_seats else _section_labels(geometry),
        "areas": [_area(area) for area in geometry["areas"]],
        "sections": [
            {
                "name": section["name"],
                "rows": _rows_in_words(section["rows"]),
                "seats": len(_seats(section)),
                "wheelchair": sum(
                    "accessible" in seat["attributes"] for row in section["rows"] for seat in row["seats"]
                ),
            }
            for section in geometry["sections"]
        ],
        "categories": geometry["categories"],
        "seat_count": geometry["seat_count"],
    }


def _section_labels(geometry: Document) -> list[Document]:
    return [{"text": section["name"], **section["label"]} for section in geometry["sections"]]


def _seats(section: Document) -> list[Document]:
    return [seat for row in section["rows"] for seat in row["seats"]]


def _rows_in_words(rows: list[Document]) -> str:
    first, last = rows[0]["name"], rows[-1]["name"]
    return f"Row {first}" if len(rows) == 1 else f"Rows {first}–{last}"


def _area(area: Document) -> Document:
    return {
        "x": area["x"] - area["width"] / 2,
        "y": area["y"] - area["height"] / 2,
        "width": area["width"],
        "height": area["height"],
        "is_round": area["shape"] in ("circle", "ellipse"),
        "points": _points(area["points"]),
        "text": area["text"],
    }


def _points(points: list[list[float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)
