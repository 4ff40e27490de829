"""Whether the collector of traces takes what the exporter sends, with the exporter's own settings."""

import os
import ssl

import httpx

from admitone.runtime.server_checks import ServerCheckError
from admitone.runtime.tracing_settings import TracingSettings

_SECONDS_MAX = 5


def check_collector(tracing: TracingSettings) -> str:
    """Send the collector of traces an empty request. Raises `ServerCheckError`."""
    try:
        import opentelemetry.exporter.otlp.proto.http.trace_exporter  # noqa: F401 - processes need it
        from opentelemetry.util.re import parse_env_headers
    except ImportError as error:
        raise ServerCheckError("the packages of admitone[tracing] are not installed") from error
    given = parse_env_headers(_exporter_setting("HEADERS") or "", liberal=True)
    headers = {**given, "content-type": "application/x-protobuf"}
    try:
        answer = httpx.post(tracing.endpoint, content=b"", headers=headers, timeout=_SECONDS_MAX, verify=_tls())
    except OSError as error:
        raise ServerCheckError(f"the exporter's certificates cannot be read ({error}): traces are dropped") from error
    except httpx.HTTPError as error:
        raise ServerCheckError(f"the collector does not answer ({error}): traces are dropped") from error
    if not answer.is_success:
        raise ServerCheckError(f"the collector answers {answer.status_code}: traces are dropped")
    return f"the collector answers; {tracing.ratio:.2%} of requests are recorded"


def _exporter_setting(name: str) -> str | None:
    """Return a setting of the exporter as its SDK reads it: the one for traces, else the one for every signal."""
    return os.environ.get(f"OTEL_EXPORTER_OTLP_TRACES_{name}") or os.environ.get(f"OTEL_EXPORTER_OTLP_{name}")


def _tls() -> ssl.SSLContext:
    """Return whom the exporter trusts, and the certificate that it presents. Raises `OSError`."""
    authorities = _exporter_setting("CERTIFICATE")
    context = httpx.create_ssl_context() if authorities is None else ssl.create_default_context(cafile=authorities)
    if (certificate := _exporter_setting("CLIENT_CERTIFICATE")) is not None:
        context.load_cert_chain(certificate, _exporter_setting("CLIENT_KEY"))
    return context
