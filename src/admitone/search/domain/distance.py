"""Distances on the globe. Latitudes and longitudes in degrees, distances in kilometres."""

from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0088
"""Mean radius (IUGG) in km; the error against the ellipsoid is at most 0.6 %."""

Point = tuple[float, float]
"""(latitude, longitude)"""


def distance_km(a: Point, b: Point) -> float:
    """Return the great-circle distance by the haversine formula; correct across the antimeridian and at the poles."""
    latitude_a, latitude_b = radians(a[0]), radians(b[0])
    half_latitude = sin((latitude_b - latitude_a) / 2)
    half_longitude = sin(radians(b[1] - a[1]) / 2)
    chord = half_latitude**2 + cos(latitude_a) * cos(latitude_b) * half_longitude**2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, chord)))


def latitude_band(near: Point, radius_km: float) -> tuple[float, float]:
    """Return the lowest and highest latitude of places within the radius: a cheap first filter."""
    degrees = radius_km / EARTH_RADIUS_KM * 57.29577951308232 + 1e-9
    return near[0] - degrees, near[0] + degrees
