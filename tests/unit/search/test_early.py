from random import Random

from admitone.search.domain.circuit_breaker import CircuitBreaker
from admitone.search.domain.early import is_due_early


def share_due(*, seconds_left: float, cost_seconds: float) -> float:
    chance = Random(1)
    draws = [
        is_due_early(now=0, expires_at=seconds_left, cost_seconds=cost_seconds, chance=1 - chance.random())
        for _ in range(10_000)
    ]
    return sum(draws) / len(draws)


def test_early_recomputation_follows_an_exponential_law() -> None:
    """P(due) = exp(-time left / cost): certain at the expiry, e⁻¹ one cost before, negligible long before."""
    assert share_due(seconds_left=0, cost_seconds=1) == 1
    assert abs(share_due(seconds_left=1, cost_seconds=1) - 0.3679) < 0.02
    assert share_due(seconds_left=60, cost_seconds=0.01) == 0


def test_a_failed_server_is_not_called_for_a_while() -> None:
    now = [0.0]
    breaker = CircuitBreaker(2, clock=lambda: now[0])
    assert breaker.allows_call()

    breaker.record_failure()

    assert not breaker.allows_call()
    now[0] = 2.0
    assert breaker.allows_call()
