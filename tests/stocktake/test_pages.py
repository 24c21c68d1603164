"""Pages of stocktakes, as stewards and coordinators see them."""

import re
from http import HTTPStatus
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.counting import statements
from tests.reading import text
from tests.stocktake.counting import LONG_AGO, Shed
from toolshare.codes.alphabet import in_groups
from toolshare.stocktake.models import Sighting, Stocktake

LIST = "/groups/borgo/stocktakes"


def address(stocktake: Stocktake) -> str:
    return f"{LIST}/{stocktake.id}"


def begun(shed: Shed) -> str:
    """A stocktake of the barn, with all that the test has made; its address."""
    stocktake = shed.open()
    shed.session.commit()
    return address(stocktake)


def test_a_coordinator_begins_one_of_a_place_a_category_or_everything(
    shed: Shed, cora: FlaskClient
) -> None:
    garden = shed.world.make_category("Garden")
    shed.world.make_kind(name="Rake", categories=[garden])
    shed.session.commit()
    page = cora.get(LIST).text
    chosen = (f"place-{shed.barn.id}", f"category-{garden.id}")
    assert [one for one in chosen if f'value="{one}"' not in page] == []
    assert "No stocktake yet" in page
    for scope, about in zip(chosen, ("Barn", "Garden"), strict=True):
        answer = cora.post(LIST, data={"scope": scope, "operation": str(uuid4())})
        assert answer.status_code == HTTPStatus.SEE_OTHER
        assert f"Stocktake: {about}" in text(cora.get(answer.location))
    refused = cora.post(LIST, data={"scope": "everything"})
    assert refused.status_code == HTTPStatus.CONFLICT
    assert "is being counted already" in refused.text
    assert "Garden" in text(cora.get(LIST))


@pytest.mark.parametrize("scope", ["", "everywhere", "place-999", "category-999", "place-"])
def test_what_no_list_of_ours_offers_is_not_counted(
    shed: Shed, cora: FlaskClient, scope: str
) -> None:
    answer = cora.post(LIST, data={"scope": scope})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_a_steward_counts_and_begins_and_closes_nothing(shed: Shed, sam: FlaskClient) -> None:
    url = begun(shed)
    assert "Begin a stocktake" not in sam.get(LIST).text
    assert "Close it" not in sam.get(url).text
    assert sam.get(f"{LIST}/999").status_code == HTTPStatus.NOT_FOUND


def test_a_place_then_things_one_after_the_other(shed: Shed, sam: FlaskClient) -> None:
    hoe, rake = shed.make("Hoe"), shed.make("Rake", shed.house)
    url, codes, loft = begun(shed), (hoe.code, rake.code), shed.loft.code
    page = sam.post(f"{url}/sightings", data={"code": loft}).text
    assert "Now here: Barn &gt; Loft" in page
    assert f'name="served" value="{loft}"' in page
    assert "No label on the place?" in page
    for code, home in zip(codes, ("Barn > Wall", "House"), strict=True):
        page = text(sam.post(f"{url}/sightings", data={"code": code, "served": loft}))
        assert f"It belongs in {home.replace('>', '&gt;')}." in page
        assert "Now here: Barn &gt; Loft" in page
    assert "1 of 1 seen" in page
    assert "Belongs elsewhere 2" in page


def test_the_same_scan_sent_twice_is_shown_again_and_counts_once(
    shed: Shed, sam: FlaskClient
) -> None:
    code = shed.make("Hoe").code
    url, scan = begun(shed), {"code": code, "operation": str(uuid4())}
    for _ in range(2):
        page = text(sam.post(f"{url}/sightings", data=scan))
        assert "Seen already" not in page
    assert len(shed.session.scalars(select(Sighting)).all()) == 1
    assert "Seen already" in text(sam.post(f"{url}/sightings", data={"code": code}))


@pytest.mark.parametrize(
    ("scanned", "status", "says"),
    [
        ("", 422, "There is no code here"),
        ("wheelbarrow", 422, "This is not a code"),
        ("https://elsewhere.example/I/7K3M9QXA", 422, "it leads to elsewhere.example"),
        ("00000001", 422, "was misread or mistyped"),
    ],
)
def test_foreign_and_misread_codes_do_not_get_in(
    shed: Shed, sam: FlaskClient, scanned: str, status: int, says: str
) -> None:
    url = begun(shed)
    answer = sam.post(f"{url}/sightings", data={"code": scanned})
    assert answer.status_code == status
    assert says in answer.text
    assert 'class="answer refused"' in answer.text
    assert shed.session.scalars(select(Sighting)).all() == []


def test_what_is_not_ours_is_told_by_the_tone_of_a_refusal_and_listed(
    shed: Shed, sam: FlaskClient
) -> None:
    theirs = shed.world.make_item(shed.world.make_kind(group_id=shed.world.castello.id)).code
    lent, retired = shed.make("Hoe"), shed.make("Rake", retired_at=LONG_AGO)
    shed.world.make_loan(lent, shed.world.ana)
    codes = (lent.code, retired.code)
    url = begun(shed)
    for code, says in (
        (theirs, "It belongs to Castello."),
        ("00000000", "Nothing wears this code."),
    ):
        answer = sam.post(f"{url}/sightings", data={"code": code})
        assert 'class="answer refused"' in answer.text
        assert says in text(answer)
    for code, says in zip(codes, ("log its return", "not in stock any more"), strict=True):
        answer = sam.post(f"{url}/sightings", data={"code": code})
        assert 'class="answer"' in answer.text
        assert says in text(answer)
    listed = text(sam.get(f"{url}?show=unknown"))
    assert in_groups(theirs) in listed
    assert "of Castello" in listed


def test_a_bin_asks_how_many_there_are(shed: Shed, sam: FlaskClient) -> None:
    code = shed.make_bin("Pegs", 48).code
    url = begun(shed)
    assert "How many are there?" in sam.post(f"{url}/sightings", data={"code": code}).text
    scan = {"code": code, "counted": "40"}
    assert "40 counted, 48 expected" in text(sam.post(f"{url}/sightings", data=scan))
    refused = sam.post(f"{url}/sightings", data={**scan, "counted": "-1"})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "How many are there?" in refused.text


def test_a_scan_is_taken_back_where_it_was_answered(shed: Shed, sam: FlaskClient) -> None:
    code = shed.make("Hoe").code
    url = begun(shed)
    page = sam.post(f"{url}/sightings", data={"code": code}).text
    action = re.search(r'action="([^"]+/undoing)"', page)
    assert action is not None
    answer = text(sam.post(action[1], data={"operation": str(uuid4())}))
    assert "Taken back" in answer
    assert "0 of 1 seen" in answer
    assert sam.post(f"{url}/sightings/999/undoing").status_code == HTTPStatus.NOT_FOUND
    refused = sam.post(action[1], data={"operation": "no uuid"})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_every_link_and_form_of_the_page_knows_where_one_is(shed: Shed, sam: FlaskClient) -> None:
    for number in range(30):
        shed.make(f"Hoe {number:02}")
    code, loft = shed.make("Rake").code, shed.loft.code
    url = begun(shed)
    looked_at = {"show": "to_see", "page": "2"}
    for scan in ({"code": loft}, {"code": code, "served": loft}):
        page = sam.post(f"{url}/sightings", data=scan | looked_at).text
        assert f'data-address="{url}?here={loft}&amp;show=to_see&amp;page=2"' in page
        links = re.findall(rf'href="{url}(\?.*?)"', page)
        assert len(links) >= 3
        assert [one for one in links if f"?here={loft}" not in one] == []
        forms = [one for one in page.split("<form ") if f'action="{url}' in one]
        assert len(forms) >= 3
        for name, value in looked_at.items():
            kept = f'type="hidden" name="{name}" value="{value}"'
            assert [one for one in forms if kept not in one and 'id="scans"' not in one] == []
            assert f'{kept} form="scans"' in page
    assert "Now here: Barn &gt; Loft" in sam.get(f"{url}{links[0]}".replace("&amp;", "&")).text


def test_ones_own_scans_are_listed_with_their_undoing_and_those_of_others_for_coordinators(
    shed: Shed, sam: FlaskClient, cora: FlaskClient
) -> None:
    hoe, pegs, stocktake = shed.make("Hoe"), shed.make_bin("Pegs", 48), shed.open()
    shed.see(stocktake, hoe, here=shed.loft)
    shed.see(stocktake, pegs, counted=40)
    shed.see(stocktake, "00000000", by=shed.world.cora)
    lost = shed.note(stocktake, "00000019")
    lost.by = None
    shed.session.commit()
    url = address(stocktake)
    own, lists = "Your newest scans:", (text(one.get(url)) for one in (sam, cora))
    of_sam, of_cora = (re.split("Take scans back|No label on", one)[1] for one in lists)
    assert re.findall("Pegs|× 40|Hoe|Barn &gt; Loft|Undo", of_sam) == [
        *("Pegs", "× 40", "Undo", "Hoe", "Barn &gt; Loft", "Undo")
    ]
    assert "of others" not in of_sam
    told = ("Not one of ours 0000 0000", "others:", "A former member", "Pegs", "Sam", "Hoe", "Sam")
    assert re.findall("|".join(dict.fromkeys(told)), of_cora) == [*told]
    assert own in of_sam
    assert own in of_cora


def test_what_cannot_be_taken_back_says_why(
    shed: Shed, sam: FlaskClient, cora: FlaskClient
) -> None:
    stocktake = shed.open()
    sighting = shed.note(stocktake, "00000000", by=shed.world.cora).id
    url = address(stocktake)
    shed.session.commit()
    undoing = f"{url}/sightings/{sighting}/undoing"
    answer = sam.post(undoing)
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "Somebody else made this scan. Ask them" in text(answer)
    assert "Taken back" in text(cora.post(undoing))
    assert "was taken back already" in text(cora.post(undoing))
    cora.post(f"{url}/giving-up")
    answer = cora.post(undoing)
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "This stocktake is over." in text(answer)


def test_a_program_hears_of_every_change(shed: Shed, sam: FlaskClient) -> None:
    code = shed.make("Hoe").code
    url, states = begun(shed), []
    for scans in range(2):
        if scans:
            sam.post(f"{url}/sightings", data={"code": code})
        answer = sam.get(url, headers={"Accept": "application/json"}).json
        assert answer is not None
        assert f'state="{answer["state"]}"' in sam.get(url).text
        states.append(answer["state"])
    assert states[0] != states[1]


def test_the_pages_take_as_many_statements_for_much_as_for_little(
    shed: Shed, cora: FlaskClient
) -> None:
    counts = []
    stocktake = shed.open()
    url = address(stocktake)
    for number in (1, 30):
        for _ in range(number):
            shed.see(stocktake, shed.make("Hoe"), here=shed.loft)
            shed.make("Rake")
        shed.session.commit()
        for path in (LIST, url, f"{url}/closing", f"{url}/report.csv"):
            with statements() as sent:
                assert cora.get(path).status_code == HTTPStatus.OK
            counts.append(len(sent))
    assert counts[:4] == counts[4:]
    assert max(counts) <= 15


def test_a_long_list_has_pages(shed: Shed, sam: FlaskClient) -> None:
    for number in range(51):
        shed.make(f"Hoe {number:02}")
    url = begun(shed)
    first, last = (text(sam.get(f"{url}?show=to_see&page={page}")) for page in (1, 9))
    assert "Hoe 24" in first
    assert "Hoe 25" not in first
    assert "Hoe 50" in last
