"""The label of a kit: like that of any thing, and it says that it is a kit."""

from io import BytesIO

import zxingcpp
from PIL import Image

from tests.conftest import type_of_client
from tests.counting import statements
from tests.world import World
from toolshare.inventory.models import Counting
from toolshare.labels.designs import USUAL, Design
from toolshare.labels.facing import faces_of


def test_the_label_of_a_kit_says_how_many_things_are_in_it(world: World) -> None:
    clamps = world.make_item(world.make_kind(name="Clamp", counting=Counting.BULK), quantity=9)
    kit = world.make_kit(world.make_item(), bins={clamps: 4})
    empty, thing = world.make_kit(name="Tent"), world.make_item()
    codes = [kit.code, empty.code, thing.code]
    faces = faces_of(world.session, codes, USUAL)
    assert [(one.name, one.lines) for one in faces] == [
        ("Fence kit", ("Kit of 5", "Borgo")),
        ("Tent", ("Kit", "Borgo")),
        ("Hand drill", ("Borgo",)),
    ]
    (bare, *_) = faces_of(world.session, codes, Design(shows=()))
    assert bare.lines == ("Kit of 5",)


def test_labels_of_kits_take_one_statement_more_however_many_there_are(world: World) -> None:
    def read(codes: list[str]) -> int:
        world.session.expunge_all()
        with statements() as seen:
            faces_of(world.session, codes, USUAL)
        return len(seen)

    thing = world.make_item().code
    kits = [world.make_kit(world.make_item()).code for _ in range(3)]
    assert read(kits) == read(kits[:1]) == read([thing]) + 1


def test_a_kit_is_printed_on_sheets_and_rolls(world: World, client_of: type_of_client) -> None:
    kit = world.make_kit(world.make_item())
    world.session.commit()
    client, code = client_of(world.sam), kit.code

    def printed(stock: str, wished: str) -> bytes:
        sent = {"stock": stock, "code": code, "start": "1", "copies": "1", "format": wished}
        answer = client.post("/groups/borgo/labels", data={**sent, "dpi": "300"})
        assert answer.status_code == 303
        return client.get(f"{answer.location}.{wished}").data

    assert b"Kit of 1" in printed("dymo-30334", "zpl")
    with Image.open(BytesIO(printed("dymo-30334", "png"))) as label:
        (read,) = zxingcpp.read_barcodes(label)
    assert read.text.endswith(code)
    assert printed("avery-l7160", "pdf").startswith(b"%PDF")
