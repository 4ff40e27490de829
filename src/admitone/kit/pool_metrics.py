"""Use and saturation of the connection pools of this process, for Prometheus: read when they are scraped."""

import weakref
from collections.abc import Iterator

from prometheus_client.core import REGISTRY, CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from admitone.kit.postgres_pool import Pool


class _Pools(Collector):
    """Sums over the open pools of the process: it has one for requests, and a worker one for its queue."""

    def __init__(self) -> None:
        self._pools: weakref.WeakSet[Pool] = weakref.WeakSet()

    def add(self, pool: Pool) -> None:
        self._pools.add(pool)

    def collect(self) -> Iterator[Metric]:
        stats = [pool.get_stats() for pool in list(self._pools) if not pool.closed]

        def total(name: str) -> int:
            return sum(stat.get(name, 0) for stat in stats)

        size, idle = total("pool_size"), total("pool_available")
        connections = GaugeMetricFamily(
            "admitone_database_connections", "Connections to PostgreSQL by state", labels=["state"]
        )
        connections.add_metric(["idle"], idle)
        connections.add_metric(["in_use"], size - idle)
        connections.add_metric(["limit"], total("pool_max"))
        yield connections
        yield GaugeMetricFamily(
            "admitone_database_requests_waiting", "Requests that wait for a connection now", total("requests_waiting")
        )
        yield CounterMetricFamily(
            "admitone_database_waits", "Requests that waited for a connection", total("requests_queued")
        )
        yield CounterMetricFamily(
            "admitone_database_wait_seconds", "Seconds waited for a connection", total("requests_wait_ms") / 1000
        )
        yield CounterMetricFamily(
            "admitone_database_wait_timeouts", "Requests that got no connection in time", total("requests_errors")
        )


_POOLS = _Pools()
REGISTRY.register(_POOLS)
watch_pool = _POOLS.add
"""Report this pool while it is open."""
