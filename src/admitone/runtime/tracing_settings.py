"""Read the settings of traces, by OpenTelemetry's own names. Headers, time-outs and queues are read by its SDK."""

from collections.abc import Mapping

from msgspec import Struct

from admitone.runtime.number_settings import read_number
from admitone.runtime.web_address import read_web_address

RATIO = 0.01
TRACES_PATH = "/v1/traces"
_RATIO_SAMPLERS = ("", "parentbased_traceidratio")


class TracingSettings(Struct, frozen=True):
    """`endpoint`: receives traces by OTLP over HTTP. `ratio`: the share of requests that are recorded."""

    endpoint: str
    ratio: float = RATIO
    service: str = "admitone"

    def __repr__(self) -> str:  # the address may have a password
        return f"TracingSettings(ratio={self.ratio})"


def read_tracing_settings(env: Mapping[str, str], faults: list[str]) -> TracingSettings | None:
    """Return None where no endpoint is set: then nothing is recorded."""
    base = env.get("OTEL_EXPORTER_OTLP_ENDPOINT", "").strip().rstrip("/")
    endpoint = env.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "").strip() or (base and base + TRACES_PATH)
    is_off = env.get("OTEL_SDK_DISABLED", "").lower() == "true" or env.get("OTEL_TRACES_EXPORTER") == "none"
    if not endpoint or is_off:
        return None
    if read_web_address(endpoint) is None:
        faults.append("OTEL_EXPORTER_OTLP_ENDPOINT must be http:// or https:// and a host.")
    if env.get("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf") != "http/protobuf":
        faults.append("OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf, to port 4318 of most collectors.")
    if env.get("OTEL_TRACES_SAMPLER", "") not in _RATIO_SAMPLERS:
        faults.append(f"OTEL_TRACES_SAMPLER must be {_RATIO_SAMPLERS[1]}; OTEL_TRACES_SAMPLER_ARG is its share.")
    ratio = _ratio(env.get("OTEL_TRACES_SAMPLER_ARG", ""), faults)
    return TracingSettings(endpoint, ratio, env.get("OTEL_SERVICE_NAME", "").strip() or "admitone")


def _ratio(text: str, faults: list[str]) -> float:
    value = read_number(text, default=RATIO, at_least=0.0, at_most=1.0)
    if value is None:
        faults.append(f"OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1 (it is {text!r}).")
        return RATIO
    return value
