"""Steps of an admission round: the draw, and how many places it calls."""
