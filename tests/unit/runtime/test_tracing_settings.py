"""The settings of traces have OpenTelemetry's names; what this program cannot do is refused by name."""

import pytest

from admitone.embedded.startup_error import StartupError
from admitone.runtime.settings import Settings
from admitone.runtime.tracing_settings import TracingSettings

REST = {
    "ADMITONE_DATABASE_URL": "postgresql:///admitone",
    "ADMITONE_REDIS_URL": "redis://localhost",
    "ADMITONE_SECRET_KEY": "k" * 32,
    "ADMITONE_PAYMENTS": "simulated",
}
BASE = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318/"}


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, None),
        (BASE, TracingSettings("http://collector:4318/v1/traces", 0.01)),
        ({**BASE, "OTEL_TRACES_SAMPLER_ARG": "0.5"}, TracingSettings("http://collector:4318/v1/traces", 0.5)),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://a/otlp"}, TracingSettings("https://a/otlp")),
        ({**BASE, "OTEL_SERVICE_NAME": "arena"}, TracingSettings("http://collector:4318/v1/traces", service="arena")),
        ({**BASE, "OTEL_SDK_DISABLED": "true"}, None),
        ({**BASE, "OTEL_TRACES_EXPORTER": "none"}, None),
    ],
)
def test_traces_are_off_without_a_collector(environment: dict[str, str], expected: TracingSettings | None) -> None:
    assert expected == Settings.from_environment({**REST, **environment}).tracing


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:otlp"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://["),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
        ("OTEL_TRACES_SAMPLER", "always_on"),
        ("OTEL_TRACES_SAMPLER_ARG", "1.5"),
        ("OTEL_TRACES_SAMPLER_ARG", "few"),
    ],
)
def test_a_fault_is_named(name: str, value: str) -> None:
    with pytest.raises(StartupError, match=name):
        Settings.from_environment({**REST, **BASE, name: value})
