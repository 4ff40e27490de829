"""Limits for the size of a request's body, by kind of client. The gateway's limits are above these, never below."""

BUYER_BYTES_MAX = 64 * 1024
"""The application's default. The largest checkout names a hundred seats in some 4 kB."""

ORGANIZER_BYTES_MAX = 2 * 1024 * 1024
"""20,000 seat ids take about 700 kB. Checked after the API key."""

PICTURE_FORM_BYTES_MAX = 24 * 1024 * 1024
"""A form with a picture. Above the limit for pictures, so that the form itself can refuse a large photo."""

SEATING_PLAN_BYTES_MAX = 32 * 1024 * 1024
"""A seating plan as pretix writes it takes some 250 bytes a seat: a stadium of 100,000 seats fits."""
