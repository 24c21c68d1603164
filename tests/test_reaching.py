"""Reaching an address of somebody's choice, and never one of our own network."""

import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.listening import Listener, listening
from toolshare import reaching
from toolshare.certificates import certificates_for


@pytest.mark.parametrize(
    ("address", "is_ours"),
    [
        *((one, False) for one in ("127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1")),
        *((one, False) for one in ("169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1")),  # noqa: S104
        *((one, False) for one in ("::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "::")),
        *((one, False) for one in ("2002:7f00:1::", "ff02::1", "255.255.255.255", "192.0.2.1")),
        *((one, True) for one in ("8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8")),
    ],
)
def test_whose_network_an_address_is_in(address: str, is_ours: bool) -> None:
    assert reaching.is_of_the_world(address) is is_ours


def test_a_name_that_stands_for_a_private_address_too_is_not_reached() -> None:
    both = ["8.8.8.8", "10.0.0.1"]
    with pytest.raises(reaching.NotTaken, match="private network"):
        reaching.one_of("both.example.org", both, may_be_private=False)
    assert reaching.one_of("both.example.org", both, may_be_private=True) == "8.8.8.8"
    assert reaching.one_of("one.example.org", both[:1], may_be_private=False) == "8.8.8.8"


def test_it_connects_to_the_address_that_was_looked_at_whatever_the_name_says(
    listener: Listener,
) -> None:
    connection = reaching.To("hook.example", "127.0.0.1", listener.port, None)
    connection.request("POST", "/", b"x")
    assert connection.getresponse().status == 204
    connection.close()
    assert listener.told[0][1]["Host"] == f"hook.example:{listener.port}"


def test_only_who_has_the_certificate_of_the_host_is_told(tmp_path: Path) -> None:
    files = certificates_for(tmp_path, ("127.0.0.1",), now=datetime.now(UTC))
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(files.server, files.key)
    trusts_us = ssl.create_default_context(cafile=files.authority)
    with listening(server) as listener:
        url = listener.address.replace("http:", "https:")
        reaching.post(url, b"{}", {}, may_be_private=True, context=trusts_us)
        assert len(listener.told) == 1
        with pytest.raises(reaching.NotTaken, match="CERTIFICATE_VERIFY_FAILED"):
            reaching.post(url, b"{}", {}, may_be_private=True)
    assert len(listener.told) == 1


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1/", "https://nowhere.example/", "http://[::1]:1/"]
)
def test_what_cannot_be_reached_is_said(address: str) -> None:
    with pytest.raises(reaching.NotTaken):
        reaching.post(address, b"", {}, may_be_private=True)
