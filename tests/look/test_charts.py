from xml.etree import ElementTree

import pytest

from common.ui.charts import Chart, Series, Share, Slice, bars, line, ring, shares, stacked

SVG = "{http://www.w3.org/2000/svg}"
PARTS = [Slice("Đã duyệt", 18, "done"), Slice("Chờ duyệt", 7, "wait"), Slice("Chưa gửi", 5, "late")]


def drawn(chart: Chart, tag: str, css: str) -> list[ElementTree.Element]:
    return [node for node in ElementTree.fromstring(chart.svg).iter(SVG + tag) if css in node.get("class", "").split()]


def percent(node: ElementTree.Element, name: str) -> float:
    return float(node.get(name).rstrip("%"))


def all_charts(slices: list[Slice]) -> list[Chart]:
    labels = [s.label for s in slices]
    series = [Series("Số <lượng>", [s.value for s in slices])]
    return [
        bars("A & B", slices),
        ring("A & B", slices),
        shares("A & B", [Share(s.label, s.value, 30, 10) for s in slices]),
        stacked("A & B", labels, series),
        line("A & B", labels, series),
    ]


@pytest.mark.parametrize("slices", [[], PARTS[:1], PARTS, [Slice('<b>"&', 0, "idle")]])
def test_every_drawing_is_well_formed_and_named(slices):
    for chart in all_charts(slices):
        root = ElementTree.fromstring(chart.svg)
        title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
        assert root.get("role") == "img"
        assert root.get("aria-labelledby").split() == [title.get("id"), desc.get("id")]
        assert title.text == "A & B"
        assert desc.text
        assert not any("style" in node.attrib for node in root.iter())


def test_bars_are_as_long_as_the_table_says():
    chart = bars("Báo cáo", PARTS)
    assert [row[1] for row in chart.rows] == ["18", "7", "5"]
    widths = [
        percent(rect, "width") for tone in ("done", "wait", "late") for rect in drawn(chart, "rect", f"fill-{tone}")
    ]
    assert widths == pytest.approx([100, 7 / 18 * 100, 5 / 18 * 100], abs=0.01)
    assert [text.text for text in drawn(chart, "text", "chart__bold")] == ["18", "7", "5"]


def test_shares_stand_on_one_scale_with_their_targets():
    chart = shares("Cơ cấu", [Share("Nữ", 12, 40, 15), Share("Trẻ", 2, 40, 10), Share("Tái cử", 24, 40)])
    assert chart.headers == ["Mục", "Số lượng", "Tổng số", "Tỷ lệ", "Mục tiêu"]
    assert chart.rows[0] == ["Nữ", "12", "40", "30%", "15%"]
    assert chart.rows[2][-1] == "–"
    widths = [percent(drawn(chart, "rect", f"fill-{tone}")[0], "width") for tone in ("done", "wait", "info")]
    marks = [percent(mark, "x1") for mark in drawn(chart, "line", "chart__target")]
    # On a scale to 60 %.
    assert widths == pytest.approx([50, 5 / 60 * 100, 100], abs=0.01)
    assert marks == pytest.approx([25, 10 / 60 * 100], abs=0.01)


def test_parts_of_a_stacked_bar_follow_one_another_and_sum_to_the_last_column():
    chart = stacked(
        "Báo cáo", ["Hà Ninh", "Hà Thái"], [Series("Đã duyệt", [6, 1], "done"), Series("Chờ", [2, 3], "wait")]
    )
    assert chart.rows == [["Hà Ninh", "6", "2", "8"], ["Hà Thái", "1", "3", "4"]]
    done, wait = drawn(chart, "rect", "fill-done"), drawn(chart, "rect", "fill-wait")
    assert [percent(r, "width") for r in done] == [75, 12.5]
    assert [percent(r, "x") for r in wait] == [75, 12.5]
    assert [percent(r, "width") for r in wait] == [25, 37.5]
    assert chart.legend == [("done", "Đã duyệt", "7 (58,3%)"), ("wait", "Chờ", "5 (41,7%)")]


def test_points_of_a_line_stand_at_the_height_of_their_figures():
    chart = line("Kích hoạt", ["1", "2", "3"], [Series("Số", [0, 5, 10])])
    heights = [float(dot.get("cy").rstrip("em")) for dot in drawn(chart, "circle", "fill-info")]
    assert heights[0] - heights[1] == pytest.approx(heights[1] - heights[2])
    assert heights[0] - heights[2] == pytest.approx(10)
    assert chart.rows == [["1", "0"], ["2", "5"], ["3", "10"]]


def test_arcs_of_a_ring_are_shares_of_the_whole_and_the_middle_names_the_first():
    chart = ring("Báo cáo", PARTS)
    lengths = [
        float(drawn(chart, "circle", f"line-{tone}")[0].get("stroke-dasharray").split()[0]) + 1.2
        for tone in ("done", "wait", "late")
    ]
    assert [length / sum(lengths) for length in lengths] == pytest.approx([18 / 30, 7 / 30, 5 / 30], abs=0.001)
    assert chart.rows == [["Đã duyệt", "18", "60%"], ["Chờ duyệt", "7", "23,3%"], ["Chưa gửi", "5", "16,7%"]]
    assert drawn(chart, "text", "chart__bold")[0].text == "60%"


def test_a_long_name_is_cut_in_the_drawing_and_whole_in_the_table():
    name = "Đảng bộ bộ phận Xí nghiệp Đầu máy và Toa xe khách Hà Nội"
    chart = bars("Đơn vị", [Slice(name, 3)])
    assert name not in [text.text for text in ElementTree.fromstring(chart.svg).iter(f"{SVG}text")]
    assert chart.rows[0][0] == name


def test_an_unknown_tone_is_refused():
    with pytest.raises(ValueError, match="pink"):
        bars("Báo cáo", [Slice("A", 1, "pink")])


def test_what_is_not_drawn_has_a_figure_and_no_bar():
    chart = bars("Đảng viên", PARTS, rest=Slice("35 đơn vị khác", 4210))
    assert [row[1] for row in chart.rows] == ["18", "7", "5", "4.210"]
    assert percent(drawn(chart, "rect", "fill-done")[0], "width") == 100
    assert len(drawn(chart, "rect", "chart__track")) == 3
