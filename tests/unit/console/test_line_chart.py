"""Plots break where no process reported, and share one scale."""

from typing import Any

from admitone.console.domain.line_chart import HEIGHT, PLOTS, WIDTH, plots_of

MEMBERS = [member for *_, lines in PLOTS for member in lines]


def point(**values: float) -> dict[str, Any]:
    return {**dict.fromkeys(MEMBERS), **values}


def test_a_line_breaks_where_there_are_no_data() -> None:
    points = [point(holds=1.0, sales=0.5), point(holds=2.0, sales=1.0), point(), point(holds=0.0, sales=0.0)]

    plot = next(plot for plot in plots_of(points) if plot.id == "sales")
    holds, sales = plot.lines

    assert holds.pieces == [f"0.0,50.0 {WIDTH / 3:.1f},0.0"]
    assert holds.dots == [f"{WIDTH:.1f},{HEIGHT:.1f} {WIDTH:.1f},{HEIGHT:.1f}"]
    assert sales.pieces[0] == f"0.0,75.0 {WIDTH / 3:.1f},50.0"
    assert (holds.last, holds.most, plot.top) == (0.0, 2.0, 2.0)


def test_a_share_of_a_core_is_shown_in_percent() -> None:
    (cpu,) = [plot.lines[0] for plot in plots_of([point(busiest_cpu=0.5)]) if plot.id == "cpu"]

    assert cpu.last == 50.0


def test_no_data_draw_nothing() -> None:
    assert [line.pieces for plot in plots_of([]) for line in plot.lines if line.pieces] == []
