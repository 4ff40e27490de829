"""Write Grafana's dashboards into deploy/grafana, one file each.

    .venv/bin/python -m scripts.make_dashboards

`tests/tidy/test_deploy.py` checks that the files are what this writes, `tests/http/runtime/test_prometheus.py` that a
real Prometheus answers each query of each panel.
"""

import json
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).resolve().parents[1] / "deploy" / "grafana"
WIDTH, HEIGHT = 12, 8
"""Of a panel, in Grafana's grid of 24 columns."""
JOB = 'job=~"$job"'
SOURCE = {"type": "prometheus", "uid": "${source}"}


class Panel(NamedTuple):
    """`queries`: legend → PromQL. `$__rate_interval` fits Prometheus's scrape interval."""

    title: str
    unit: str
    queries: dict[str, str]
    about: str = ""


def rate(metric: str, by: str = "", **labels: str) -> str:
    """Return the sum of the rates of a counter."""
    matchers = ",".join(f'{name}=~"{value}"' for name, value in {"job": "$job", **labels}.items())
    return f"sum{f' by ({by})' if by else ''} (rate({metric}{{{matchers}}}[$__rate_interval]))"


def quantile(part: float, histogram: str, by: str = "", **labels: str) -> str:
    return f"histogram_quantile({part}, {rate(f'{histogram}_bucket', f'le, {by}' if by else 'le', **labels)})"


def per_event(metric: str, by: str = "", **labels: str) -> str:
    """Return the mean of a histogram or summary."""
    return f"{rate(f'{metric}_sum', by, **labels)} / {rate(f'{metric}_count', by, **labels)}"


def grown(metric: str, by: str = "") -> str:
    """Return by how much a counter grew in an hour."""
    return f"sum{f' by ({by})' if by else ''} (increase({metric}{{{JOB}}}[1h]))"


def now(metric: str, by: str = "", fold: str = "sum") -> str:
    """Return a gauge of all processes. `fold`: max, where each of them reports the same number."""
    return f"{fold}{f' by ({by})' if by else ''} ({metric}{{{JOB}}})"


REQUESTS = "admitone_http_request_seconds"
CHECKOUT, CONFIRM = "/booking/checkout", "/booking/confirm"
SALE = f"{CHECKOUT}|{CONFIRM}"

RATE_BY_ROLE = Panel("Requests a second, by role", "reqps", {"{{role}}": rate(f"{REQUESTS}_count", "role")})
ERRORS_BY_ROLE = Panel(
    "Answers 5xx a second, by role",
    "reqps",
    {"{{role}} {{status}}": rate(f"{REQUESTS}_count", "role, status", status="5..")},
)
LOOP_LAG = Panel(
    "Event loop late (p99)",
    "s",
    {"{{role}}": quantile(0.99, "admitone_event_loop_lag_seconds", "role")},
    "Everything of a process waits as long as its loop is late.",
)
CPU = Panel(
    "CPU of each process",
    "percentunit",
    {"{{role}} {{instance}}": rate("process_cpu_seconds_total", "role, instance")},
    "A process uses one core at most: near 100 %, run another one.",
)
POOL_WAITS = Panel(
    "Seconds waited for a connection, a second",
    "s",
    {"{{role}}": rate("admitone_database_wait_seconds_total", "role")},
)

DASHBOARDS: dict[str, tuple[str, list[Panel]]] = {
    "on-sale": (
        "AdmitOne: on-sale",
        [
            Panel("People in queues", "short", {"waiting": now("admitone_queue_waiting", fold="max")}),
            Panel("Admissions a second", "reqps", {"called": rate("admitone_queue_called_total")}),
            Panel(
                "Holds and sales a second",
                "reqps",
                {
                    "holds": rate("admitone_holds_total"),
                    "sales": rate("admitone_bookings_sold_total"),
                },
            ),
            Panel(
                "Latency of checkout and confirm",
                "s",
                {
                    "p50 {{route}}": quantile(0.5, REQUESTS, "route", route=SALE),
                    "p99 {{route}}": quantile(0.99, REQUESTS, "route", route=SALE),
                },
            ),
            Panel(
                "Refused and failed",
                "reqps",
                {
                    "{{route}} {{status}}": rate(f"{REQUESTS}_count", "route, status", route=SALE, status="[45].."),
                    "shed: {{reason}}": rate("admitone_shed_total", "reason"),
                },
                "409 is a seat that another buyer was faster to take.",
            ),
            Panel(
                "Requests in a batch",
                "short",
                {"{{batch}}": per_event("admitone_batch_items", "batch", role="booking")},
            ),
            POOL_WAITS,
            CPU,
        ],
    ),
    "booking": (
        "AdmitOne: booking",
        [
            Panel(
                "Requests a second, by route",
                "reqps",
                {"{{method}} {{route}}": rate(f"{REQUESTS}_count", "method, route", role="booking")},
            ),
            Panel("Latency by route (p99)", "s", {"{{route}}": quantile(0.99, REQUESTS, "route", role="booking")}),
            Panel("Duration of batches (p99)", "s", {"{{batch}}": quantile(0.99, "admitone_batch_seconds", "batch")}),
            Panel(
                "Requests admitted at once, and rejected",
                "short",
                {
                    "limit {{instance}}": now("admitone_concurrency_limit", "role, instance"),
                    "rejected a second": rate("admitone_rejected_total"),
                },
            ),
            Panel("Defects", "short", {"{{error}}": rate("admitone_defects_total", "error")}, "Should stay 0."),
            Panel(
                "Money that needs a look",
                "short",
                {
                    "difference: {{kind}}": grown("admitone_payment_discrepancies_total", "kind"),
                    "sales unpaid": grown("admitone_sales_unpaid_total"),
                    "refunds not paid: {{reason}}": grown("admitone_refunds_not_paid_total", "reason"),
                },
            ),
        ],
    ),
    "database": (
        "AdmitOne: database and pools",
        [
            Panel(
                "Connections by role and state",
                "short",
                {"{{role}} {{state}}": now("admitone_database_connections", "role, state")},
            ),
            Panel(
                "Requests that wait for a connection now",
                "short",
                {"{{role}}": now("admitone_database_requests_waiting", "role")},
            ),
            POOL_WAITS,
            Panel("Waits a second", "reqps", {"{{role}}": rate("admitone_database_waits_total", "role")}),
            Panel(
                "Requests that got no connection",
                "reqps",
                {"{{role}}": rate("admitone_database_wait_timeouts_total", "role")},
                "Should stay 0.",
            ),
            Panel("Duration of batches", "s", {"{{batch}}": per_event("admitone_batch_seconds", "batch")}),
        ],
    ),
    "gateway": (
        "AdmitOne: roles behind the gateway",
        [
            RATE_BY_ROLE,
            Panel("Latency by role (p99)", "s", {"{{role}}": quantile(0.99, REQUESTS, "role")}),
            ERRORS_BY_ROLE,
            LOOP_LAG,
            CPU,
            Panel("Memory", "bytes", {"{{role}} {{instance}}": now("process_resident_memory_bytes", "role, instance")}),
            Panel("Open files", "short", {"{{role}} {{instance}}": now("process_open_fds", "role, instance")}),
            Panel(
                "Search answers, by layer of the cache",
                "reqps",
                {"{{layer}} {{outcome}}": rate("admitone_search_cache_total", "layer, outcome")},
            ),
        ],
    ),
    "jobs": (
        "AdmitOne: jobs and mails",
        [
            Panel("Jobs", "short", {"{{task}} {{state}}": now("admitone_jobs", "task, state", "max")}),
            Panel("Oldest job that is due", "s", {"{{task}}": now("admitone_oldest_job_seconds", "task", "max")}),
            Panel("Mails a second", "reqps", {"{{kind}} {{outcome}}": rate("admitone_mails_total", "kind, outcome")}),
            Panel(
                "Bounces and complaints",
                "short",
                {"{{outcome}}": grown("admitone_mail_reports_total", "outcome")},
            ),
            LOOP_LAG,
            CPU,
        ],
    ),
    "waiting-room": (
        "AdmitOne: waiting room and live maps",
        [
            Panel("People in queues", "short", {"waiting": now("admitone_queue_waiting", fold="max")}),
            Panel("Admissions a second", "reqps", {"called": rate("admitone_queue_called_total")}),
            Panel(
                "Requests of the waiting room",
                "reqps",
                {"{{route}} {{status}}": rate(f"{REQUESTS}_count", "route, status", route="/events/[^/]+/queue.*")},
            ),
            Panel("Open seat maps", "short", {"{{instance}}": now("admitone_live_subscribers", "role, instance")}),
            Panel(
                "Slow readers",
                "short",
                {"merged": rate("admitone_live_merged_total"), "dropped": rate("admitone_live_dropped_total")},
            ),
            LOOP_LAG,
        ],
    ),
}


def render(name: str) -> str:
    """Return a dashboard as the JSON that Grafana imports and provisions."""
    title, panels = DASHBOARDS[name]
    document = {
        "uid": f"admitone-{name}",
        "title": title,
        "tags": ["admitone"],
        "schemaVersion": 39,
        "editable": False,
        "refresh": "10s",
        "time": {"from": "now-1h", "to": "now"},
        "timezone": "browser",
        "templating": {
            "list": [
                {"name": "source", "label": "Source", "type": "datasource", "query": "prometheus"},
                {
                    "name": "job",
                    "label": "Job",
                    "type": "query",
                    "datasource": SOURCE,
                    "query": {"query": f"label_values({REQUESTS}_count, job)", "refId": "jobs"},
                    "refresh": 2,
                    "includeAll": True,
                    "multi": True,
                },
            ]
        },
        "panels": [_panel(number, panel) for number, panel in enumerate(panels)],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _panel(number: int, panel: Panel) -> dict[str, Any]:
    return {
        "id": number + 1,
        "type": "timeseries",
        "title": panel.title,
        "description": panel.about,
        "datasource": SOURCE,
        "gridPos": {"x": number % 2 * WIDTH, "y": number // 2 * HEIGHT, "w": WIDTH, "h": HEIGHT},
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "options": {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi"}},
        "targets": [
            {"refId": chr(ord("A") + place), "expr": query, "legendFormat": legend, "exemplar": "_bucket" in query}
            for place, (legend, query) in enumerate(panel.queries.items())
        ],
    }


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name in DASHBOARDS:
        (FOLDER / f"{name}.json").write_text(render(name), "utf-8")


if __name__ == "__main__":
    main()
