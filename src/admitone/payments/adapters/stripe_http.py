"""The SDK's HTTP client for Stripe: aiohttp, with one connection for each call in flight.

The SDK's default, httpx, opens at most 100 connections and keeps 20 of them: at 0.4 s a call that is 250 calls a
second, most of which begin with a TLS handshake, and each costs four to twelve times the CPU
(`docs/benchmarks/stripe.md`).
"""

import ssl
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import stripe

# Stripe passes a confirmation on to the card's issuer: it usually takes seconds, and Stripe gives up after about 60.
ANSWER_SECONDS_MAX = 30.0
CONNECTIONS_MAX = 1_024
"""Calls in flight of one process; further calls queue. Stripe's own limits are reached long before."""

# `AIOHTTPClient` reads the body after it has translated the errors of the request.
CONNECTION_ERRORS = (aiohttp.ClientError, TimeoutError)


def open_session(address: str = stripe.DEFAULT_API_BASE) -> aiohttp.ClientSession:
    """Return the pool of connections of one process; it belongs to the running event loop. The caller closes it.

    A proxy that the environment names for `address` is used. It is read here, once: aiohttp's own `trust_env` reads the
    environment and the user's .netrc in two threads for each call.
    """
    connector = aiohttp.TCPConnector(
        ssl=ssl.create_default_context(cafile=stripe.ca_bundle_path), limit=CONNECTIONS_MAX
    )
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), proxy=_proxy_for(address))


def _proxy_for(address: str) -> str | None:
    parts = urlsplit(address)
    is_direct = parts.hostname is not None and proxy_bypass(parts.hostname)
    return None if is_direct else getproxies().get(parts.scheme)


def stripe_client(session: aiohttp.ClientSession) -> stripe.HTTPClient:
    """Return the SDK's client over these connections."""
    return stripe.AIOHTTPClient(timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS_MAX), session=session)
