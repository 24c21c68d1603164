"""Pages by which a stocktake ends, as coordinators see them."""

import re
from http import HTTPStatus
from uuid import uuid4

from flask.testing import FlaskClient

from tests.reading import text
from tests.stocktake.counting import Shed
from tests.stocktake.test_pages import LIST, address, begun
from toolshare.codes.alphabet import in_groups
from toolshare.inventory.models import Item


def seal_in(page: str) -> str:
    found = re.search(r'name="seal" value="(\w+)"', page)
    assert found is not None
    return found[1]


def test_closing_says_first_what_it_does_then_does_that(shed: Shed, cora: FlaskClient) -> None:
    hoe, pegs = shed.make("Hoe"), shed.make_bin("Pegs", 48)
    shed.make("Rake")
    stocktake = shed.open()
    shed.see(stocktake, hoe, here=shed.loft)
    shed.see(stocktake, pegs, counted=40)
    url = address(stocktake)
    shed.session.commit()
    preview = cora.get(f"{url}/closing")
    for said in (
        "1 thing was not seen, and will be missing",
        "1 thing moves to where it was seen",
        "Barn &gt; Wall → Barn &gt; Loft",
        "1 bin gets the number that was counted",
        "40 counted, 48 expected",
        "Stocktake of Mon 1 Jun: Barn",
    ):
        assert said in text(preview)
    sent = {"seal": seal_in(preview.text), "operation": str(uuid4())}
    closed = cora.post(f"{url}/closing", data=sent)
    assert closed.status_code == HTTPStatus.SEE_OTHER
    report = text(cora.get(url))
    assert "Closed on Mon 1 Jun by Cora" in report
    assert "2 of 3 seen" in report
    assert "Scan or type a code" not in report
    assert cora.get(f"{url}/closing").status_code == HTTPStatus.CONFLICT
    assert "Closed on Mon 1 Jun by Cora" in text(cora.get(LIST))


def test_the_number_that_a_bin_got_after_it_was_counted_is_said_to_stay(
    shed: Shed, cora: FlaskClient
) -> None:
    pegs, stocktake = shed.make_bin("Pegs", 10), shed.open()
    shed.see(stocktake, pegs, counted=8)
    url, item_id = address(stocktake), pegs.id
    shed.session.commit()
    typed = {"quantity": "8", "condition": "fine", "place": "Barn > Wall"}
    saved = cora.post(f"/groups/borgo/inventory/items/{item_id}", data=typed)
    assert saved.status_code == HTTPStatus.SEE_OTHER
    listed = text(cora.get(f"{url}?show=bins"))
    assert "Left as it was, since it had changed: its number." in listed
    page = cora.get(f"{url}/closing")
    assert "1 bin got another number after it was counted, and keeps it" in text(page)
    assert "Nothing: all is where it should be." in text(page)
    cora.post(f"{url}/closing", data={"seal": seal_in(page.text)})
    shed.session.expire_all()
    assert shed.session.get_one(Item, item_id).quantity == 8


def test_who_read_what_is_not_so_any_more_reads_it_anew(shed: Shed, cora: FlaskClient) -> None:
    code = shed.make("Hoe").code
    url = begun(shed)
    seal = seal_in(cora.get(f"{url}/closing").text)
    cora.post(f"{url}/sightings", data={"code": code})
    answer = cora.post(f"{url}/closing", data={"seal": seal, "note": "In June"})
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "while you read" in text(answer)
    assert "In June" in answer.text
    assert seal_in(answer.text) != seal


def test_a_closing_is_undone_and_what_was_left_is_named(shed: Shed, cora: FlaskClient) -> None:
    code = shed.make("Hoe").code
    url = begun(shed)
    cora.post(f"{url}/closing", data={})
    assert cora.post(f"{url}/closing", data={}).status_code == HTTPStatus.CONFLICT
    found = cora.post(f"/I/{code}/outage", data={"reason": "needs_check"})
    assert found.status_code == HTTPStatus.SEE_OTHER
    undone = cora.post(f"{url}/closing/undoing", data={"operation": str(uuid4())})
    assert undone.status_code == HTTPStatus.SEE_OTHER
    page = text(cora.get(url))
    assert "1 thing was left as it was" in page
    assert f"{in_groups(code)} : whether it is missing" in page
    assert "Scan or type a code" in page
    assert cora.post(f"{url}/closing/undoing").status_code == HTTPStatus.CONFLICT


def test_one_that_is_given_up_says_so(shed: Shed, cora: FlaskClient) -> None:
    code = shed.make("Hoe").code
    url = begun(shed)
    assert cora.post(f"{url}/giving-up").status_code == HTTPStatus.SEE_OTHER
    assert "nothing was changed by it" in text(cora.get(url))
    refused = cora.post(f"{url}/sightings", data={"code": code})
    assert refused.status_code == HTTPStatus.CONFLICT
    assert "This stocktake is over." in refused.text
    assert "Given up on Mon 1 Jun" in text(cora.get(LIST))
