import pytest
from hypothesis import given
from hypothesis import strategies as st

from admitone.search.domain.distance import Point, distance_km, latitude_band

latitudes = st.floats(-90, 90)
points = st.tuples(latitudes, st.floats(-180, 180))


@pytest.mark.parametrize(
    ("a", "b", "kilometres"),
    [
        ((52.52, 13.405), (48.8566, 2.3522), 877.5),  # Berlin, Paris
        ((-18.1416, 178.4419), (-13.8333, -171.7667), 1_150.7),  # Suva, Apia: across the antimeridian
        ((0.0, 179.9), (0.0, -179.9), 22.2),
        ((90.0, 0.0), (90.0, 120.0), 0.0),  # one pole, two longitudes
        ((90.0, 0.0), (-90.0, 77.0), 20_015.1),
        ((82.5, -62.3), (82.5, 117.7), 1_667.9),  # over the pole, not around it
    ],
)
def test_known_distances(a: Point, b: Point, kilometres: float) -> None:
    assert kilometres == pytest.approx(distance_km(a, b), rel=0.005, abs=0.05)


@given(points, points)
def test_distance_is_symmetric_and_at_most_half_the_circumference(a: Point, b: Point) -> None:
    assert distance_km(a, b) == pytest.approx(distance_km(b, a), abs=1e-6)
    assert 0 <= distance_km(a, b) <= 20_015.2


@given(points, points)
def test_the_bounding_box_contains_every_point_in_the_radius(a: Point, b: Point) -> None:
    south, north = latitude_band(a, distance_km(a, b))

    assert south - 1e-6 <= b[0] <= north + 1e-6
