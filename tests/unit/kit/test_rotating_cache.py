"""What a cache in two halves keeps, and for how long."""

from hypothesis import given
from hypothesis import strategies as st

from admitone.kit.rotating_cache import RotatingCache


def test_what_is_used_stays_and_the_rest_goes() -> None:
    cache: RotatingCache[str, int] = RotatingCache(8)
    cache.put("used", 1)
    cache.put("forgotten", 2)
    for number in range(40):
        cache.put(f"other {number}", number)

        assert cache.get("used") == 1
    assert cache.get("forgotten") is None


def test_a_newer_value_replaces_the_older() -> None:
    cache: RotatingCache[str, int] = RotatingCache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    cache.put("a", 3)

    assert (cache.get("a"), cache.get("b")) == (3, 2)


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["get", "put", "clear"]), st.integers(0, 9), st.floats(0, 4)), max_size=80
    ),
    entries_max=st.integers(1, 8),
    seconds=st.none() | st.floats(1, 20),
)
def test_a_value_is_the_last_put_and_never_older_than_allowed(
    steps: list[tuple[str, int, float]], entries_max: int, seconds: float | None
) -> None:
    now = 0.0
    cache: RotatingCache[int, float] = RotatingCache(entries_max, seconds, clock=lambda: now)
    put_at: dict[int, float] = {}
    for step, key, waited in steps:
        now += waited + 0.001
        if step == "put":
            cache.put(key, now)
            put_at[key] = now
        elif step == "clear":
            cache.clear()
            put_at.clear()
        else:
            found = cache.get(key)

            assert found is None or found == put_at[key]
            assert seconds is None or cache.find([key, 77]) == ({} if found is None else {key: found})
            assert found is None or seconds is None or now - found < seconds + 0.001
        assert len(cache._young) + len(cache._old) <= max(2, entries_max)
