"""Each label lies where the stock has it."""

import pytest

from toolshare.labels import sheets, stocks
from toolshare.labels.sheets import Box, Slot
from toolshare.labels.stocks import Stock
from toolshare.refusals import Refusal

L7160 = stocks.catalogue()["avery-l7160"]
THIRTY_UP = stocks.catalogue()["avery-5160"]


def test_a_used_sheet_is_filled_up_and_the_next_begins_at_its_first_label() -> None:
    places = list(sheets.slots(L7160, 21, start=7))
    assert places[0] == Slot(0, Box(7.2, pytest.approx(91.35), 63.5, 38.1))
    assert [place.page for place in places] == [0] * 15 + [1] * 6
    assert places[15].box == Box(7.2, 15.15, 63.5, 38.1)


def test_thirty_labels_take_one_page_or_two() -> None:
    assert sheets.pages(THIRTY_UP, 30, start=1) == 1
    assert sheets.pages(THIRTY_UP, 30, start=2) == 2
    last = list(sheets.slots(THIRTY_UP, 30, start=2))[-1]
    assert last == Slot(1, sheets.box_at(THIRTY_UP, 0, 0))


@pytest.mark.parametrize("start", [0, -1, 31])
def test_a_start_beyond_the_sheet_is_refused(start: int) -> None:
    with pytest.raises(Refusal) as refusal:
        list(sheets.slots(THIRTY_UP, 1, start=start))
    assert refusal.value.reasons == (sheets.NoSuchPosition(start=start, per_page=30),)


def test_the_durable_stock_closes_exactly_on_its_page() -> None:
    """Margins of 0.625 in, labels of 2 by 0.75 in, gaps of 0.625 and 0.25 in: 3 by 10 on Letter."""
    inch = 25.4
    sizes = (2 * inch, 0.75 * inch, 0.625 * inch, 0.625 * inch, 0.625 * inch, 0.25 * inch)
    stocks.check(Stock("own", "Own", "Letter", 3, 10, *sizes))
    with pytest.raises(Refusal) as refusal:
        stocks.check(Stock("own", "Own", "Letter", 4, 10, *sizes))
    (reason,) = refusal.value.reasons
    assert isinstance(reason, stocks.TooWide)
    assert reason.overflow_mm == pytest.approx(2.0 * inch)


def test_a_grid_that_runs_off_the_page_is_refused_with_the_overflow() -> None:
    with pytest.raises(Refusal) as refusal:
        stocks.check(Stock("own", "Own", "A4", 3, 10, 70, 36, 0, 4.45))
    (reason,) = refusal.value.reasons
    assert reason == stocks.TooHigh(overflow_mm=pytest.approx(67.45), page="A4")
    assert "67.45 mm" in str(refusal.value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"columns": 0},
        {"label_width_mm": 0.0},
        {"gap_x_mm": -1.0},
        {"top_mm": float("nan")},
        {"page": "A5"},
    ],
)
def test_a_size_that_no_label_has_is_refused(wrong: dict[str, object]) -> None:
    sizes = {
        "columns": 3,
        "rows": 7,
        "label_width_mm": 63.5,
        "label_height_mm": 38.1,
        "page": "A4",
    }
    with pytest.raises(Refusal) as refusal:
        stocks.check(Stock(slug="own", name="Own", **{**sizes, **wrong}))  # type: ignore[arg-type]
    assert refusal.value.reasons == (stocks.NotASize(field=next(iter(wrong))),)


@pytest.mark.parametrize(
    "wrong", [{"columns": 2}, {"rows": 3}, {"left_mm": 2.0}, {"gap_y_mm": 3.0}]
)
def test_a_roll_has_one_label_after_another(wrong: dict[str, object]) -> None:
    sizes = {"columns": 1, "rows": 1, "label_width_mm": 51.0, "label_height_mm": 25.0}
    stocks.check(Stock(slug="own", name="Own", page="roll", **sizes))  # type: ignore[arg-type]
    with pytest.raises(Refusal) as refusal:
        stocks.check(Stock(slug="own", name="Own", page="roll", **{**sizes, **wrong}))  # type: ignore[arg-type]
    assert refusal.value.reasons == (stocks.OneByOne(),)


def test_every_stock_fits_its_page_and_every_symbol_its_label() -> None:
    assert len(stocks.catalogue()) == 30
    for stock in stocks.catalogue().values():
        layout = sheets.layout(stock.label_width_mm, stock.label_height_mm)
        for box in (layout.symbol, layout.text):
            assert box.x >= 0
            assert box.y >= 0
            assert box.x + box.width <= stock.label_width_mm + 1e-9
            assert box.y + box.height <= stock.label_height_mm + 1e-9
        assert sheets.module_mm(layout, 25) >= 0.21


def test_a_symbol_that_phones_can_hardly_read_is_known_before_it_is_printed() -> None:
    smallest = stocks.catalogue()["avery-l6008"]
    layout = sheets.layout(smallest.label_width_mm, smallest.label_height_mm)
    assert not sheets.is_readable(layout, 25)
    assert sheets.is_readable(sheets.layout(63.5, 38.1), 25)
