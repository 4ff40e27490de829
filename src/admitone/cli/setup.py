"""Set up an installation: the commands `admitone init` and `admitone gateway`."""

import sys
from pathlib import Path

import click

from admitone.embedded.gateway import HTTP_ROLES

_PORT_MAX = 65_535


@click.command(short_help="Write a settings file with a new secret.")
@click.option("--file", "path", type=click.Path(dir_okay=False, path_type=Path), default=Path("settings.env"),
              show_default=True, help="The file to write, readable by its owner.")  # fmt: skip
@click.option("--database-url", envvar="ADMITONE_DATABASE_URL", help="postgresql://…, or ADMITONE_DATABASE_URL.")
@click.option("--redis-url", envvar="ADMITONE_REDIS_URL", help="redis://…, rediss://… or unix://…")
@click.option("--public-url", envvar="ADMITONE_PUBLIC_URL", help="The address that buyers open: https://…")
@click.option("--payments", envvar="ADMITONE_PAYMENTS", type=click.Choice(["simulated", "stripe"]),
              help="simulated: tickets for test cards. Stripe's keys come from ADMITONE_STRIPE_…")  # fmt: skip
@click.option("--data-dir", envvar="ADMITONE_DATA_DIR", help="Folder of the search index; default /var/lib/admitone.")
def init(path: Path, **given: str | None) -> None:
    """Write a settings file with a new secret, and print the next steps.

    Prompts on a terminal for values without an option or environment variable. Pass passwords and Stripe's keys by
    environment variables or at the prompt: other users of the machine can read a command line.

    \b
    Examples:
      admitone init
      admitone init --file /etc/admitone/settings.env --public-url https://tickets.example --payments simulated \\
        --database-url 'postgresql://admitone@/admitone?host=/run/postgresql' --redis-url redis://127.0.0.1:6379/0
    """
    import os

    from admitone.cli import initialize

    initialize.refuse_existing(path)
    values = {f"ADMITONE_{name.upper()}": value for name, value in given.items() if value}
    if values.get("ADMITONE_PAYMENTS") != "simulated":
        stripe = {question.name for question in initialize.STRIPE_QUESTIONS}
        values |= {name: os.environ[name] for name in sorted(stripe) if os.environ.get(name)}
    settings = initialize.collect_settings(values, _ask if sys.stdin.isatty() else None)
    if settings["ADMITONE_PAYMENTS"] != "stripe":
        settings = {name: value for name, value in settings.items() if "STRIPE" not in name}
    for name, good, words in initialize.check_answers(settings):
        click.echo(f"{'ok  ' if good else 'WARN'}  {name}: {words}", err=not good)
    initialize.write_settings(path, settings)
    click.echo(f"{path} is written. Keep a copy: without its secret, sold tickets cannot be checked.\n")
    click.echo(initialize.next_steps(path, settings["ADMITONE_PUBLIC_URL"]))


def _ask(question: object, fault: str | None) -> str:
    from admitone.cli.initialize import Question

    assert isinstance(question, Question)
    if fault is not None:
        click.echo(f"  {fault}", err=True)
    kind = click.Choice(question.choices) if question.choices else None
    return str(click.prompt(question.text, default=question.default, hide_input=question.is_secret, type=kind))


@click.group(short_help="Render and check the configuration of nginx.")
def gateway() -> None:
    """Render and check the configuration of nginx, the gateway in front of the roles."""


@gateway.command("render", short_help="Write an nginx.conf for your servers.")
@click.option("--role", "servers", multiple=True, required=True, metavar="NAME[,NAME…]=SERVER",
              help=f"HOST:PORT or unix:/path of {', '.join(HTTP_ROLES)}; any number of each.")  # fmt: skip
@click.option(
    "--public-url",
    envvar="ADMITONE_PUBLIC_URL",
    required=True,
    help="The address that buyers open, or ADMITONE_PUBLIC_URL.",
)
@click.option("--listen", multiple=True, metavar="PORT|ADDRESS:PORT",
              help="Default: 443 with a certificate, else 80. A port alone: IPv4 and IPv6.")  # fmt: skip
@click.option("--redirect-listen", multiple=True, metavar="PORT|ADDRESS:PORT|off",
              help="Redirect http:// from here, with a certificate; default 80.")  # fmt: skip
@click.option("--tls-certificate", type=click.Path(path_type=Path), help="PEM file with the whole chain.")
@click.option("--tls-key", type=click.Path(path_type=Path), help="PEM file.")
@click.option("--acme-server", metavar="HOST:PORT",
              help="Where challenges for certificates (ACME) are answered; default: files in FOLDER/acme.")  # fmt: skip
@click.option("--trusted-proxy", multiple=True, metavar="CIDR", help="Trust X-Forwarded-* of this proxy in front.")
@click.option("--unlimited-network", multiple=True, metavar="CIDR", help="Programs there have no rate limit.")
@click.option("--metrics-listen", metavar="ADDRESS:PORT|unix:/path", help="Serve /metrics here; default: nowhere.")
@click.option("--by-event", is_flag=True, help="Send checkouts of one event to one of several booking processes.")
@click.option("--folder", type=click.Path(path_type=Path), default=Path("/var/cache/admitone"), show_default=True,
              help="nginx's caches, bodies and logs.")  # fmt: skip
@click.option("--pid", type=click.Path(path_type=Path), default=Path("/run/nginx.pid"), show_default=True)
@click.option("--user", metavar="USER[:GROUP]", help="The user of nginx's workers; default: www-data or nginx.")
@click.option("--nginx", "program", type=click.Path(path_type=Path), help="Render for this nginx; default: installed.")
@click.option("--balancer-out", type=click.Path(dir_okay=False, path_type=Path),
              help="Balance by HAProxy, which takes servers that hang out of use: write its file here.")  # fmt: skip
@click.option("--balancer-user", default="haproxy", show_default=True, help="The user of HAProxy.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file instead of stdout.")
def gateway_render(**arguments: object) -> None:
    """Write a whole nginx.conf: TLS, HTTP/2, HSTS, caches, limits, and every server of every role.

    It is not an include file: limits, caches and logs are settings of the whole nginx. Debian's nginx.service starts
    it as /etc/nginx/nginx.conf. ADMITONE_TRUSTED_PROXIES, ADMITONE_UNLIMITED_NETWORKS and ADMITONE_METRICS_LISTEN are
    the defaults of their options.

    \b
    Example:
      admitone gateway render --public-url https://tickets.example \\
        --tls-certificate /etc/ssl/tickets.pem --tls-key /etc/ssl/tickets.key \\
        --role catalogue,search,live,pages,console=10.0.0.5:8101 \\
        --role booking=10.0.0.5:8103 --role booking=10.0.0.6:8103 --out /etc/nginx/nginx.conf
    """
    from admitone.cli.gateway_rendering import GatewayRequest, render_for_operator

    out, balancer_out = arguments.pop("out"), arguments.pop("balancer_out")
    request = GatewayRequest(**arguments, has_balancer=balancer_out is not None)  # type: ignore[arg-type]
    rendered = render_for_operator(request)
    if isinstance(balancer_out, Path) and rendered.balancer is not None:
        _write(balancer_out, rendered.balancer)
        click.echo(f"{balancer_out} is written; next: haproxy -c -f {balancer_out}", err=True)
    if isinstance(out, Path):
        _write(out, rendered.nginx)
        click.echo(f"{out} is written; next: admitone gateway check {out}", err=True)
    else:
        click.echo(rendered.nginx, nl=False)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}.") from error


@gateway.command("check", short_help="Test a configuration with nginx and report its faults.")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE")
@click.option("--nginx", "program", type=click.Path(path_type=Path), help="Check with this nginx; default: installed.")
def gateway_check(*, path: Path, program: Path | None) -> None:
    """Test a configuration with nginx and report its faults; exit code 1 if there are any.

    \b
    Example:
      admitone gateway check /etc/nginx/nginx.conf
    """
    from admitone.cli.gateway_check import check_configuration

    for line in check_configuration(path, program):
        click.echo(line)
