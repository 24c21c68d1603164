"""https on a network of one's own: whom the certificates convince, and when new ones are made."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from flask import Flask

from tests.conftest import type_of_client
from toolshare import serving
from toolshare.certificates import Certificates, NotOfThisNetwork, certificates_for
from toolshare.settings import WrongSetting

NOW = datetime.now(UTC)  # who shakes hands looks at the clock on the wall
SHED = ("192.168.1.20", "127.0.0.1", "localhost", "shed.local")


@pytest.fixture
def files(tmp_path: Path) -> Certificates:
    """Made at the first start."""
    return certificates_for(tmp_path, SHED, now=NOW)


def shake_hands(files: Certificates, name: str, trusting: Path) -> None:
    """A phone opens the server by this name; raises where a phone would warn."""
    shed = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shed.load_cert_chain(files.server, files.key)
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    phone = ssl.create_default_context(cafile=trusting)
    sides = [
        phone.wrap_bio(back, there, server_hostname=name),
        shed.wrap_bio(there, back, server_side=True),
    ]
    while sides:
        side = sides.pop(0)
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            sides.append(side)


@pytest.mark.parametrize("name", SHED)
def test_a_phone_that_trusts_the_authority_opens_each_address(
    files: Certificates, name: str
) -> None:
    shake_hands(files, name, files.authority)


def test_a_phone_warns_of_another_address_and_of_another_authority(
    files: Certificates, tmp_path: Path
) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
        shake_hands(files, "192.168.1.21", files.authority)
    foreign = certificates_for(tmp_path / "another", SHED, now=NOW)
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(files, "shed.local", foreign.authority)


@pytest.mark.parametrize("address", ["8.8.8.8", "tools.example.org", "2001:db8::1", "mylocal"])
def test_what_the_world_knows_gets_none(tmp_path: Path, address: str) -> None:
    with pytest.raises(NotOfThisNetwork, match=address):
        certificates_for(tmp_path, [*SHED, address], now=NOW)
    assert list(tmp_path.iterdir()) == []


def test_the_authority_can_vouch_for_nothing_but_private_networks(files: Certificates) -> None:
    authority = x509.load_pem_x509_certificate(files.authority.read_bytes())
    only = authority.extensions.get_extension_for_class(x509.NameConstraints)
    assert only.critical
    assert only.value.permitted_subtrees is not None
    assert {str(one.value) for one in only.value.permitted_subtrees} >= {"10.0.0.0/8", "local"}


def test_nobody_else_reads_the_keys(files: Certificates) -> None:
    keys = [files.key, files.key.with_name("authority-key.pem")]
    assert [key.stat().st_mode & 0o777 for key in keys] == [0o600, 0o600]


def contents(files: Certificates) -> tuple[bytes, bytes]:
    """Both certificates."""
    return files.authority.read_bytes(), files.server.read_bytes()


@pytest.mark.parametrize(("days", "is_new"), [(300, False), (380, True)])
def test_phones_that_trust_it_take_the_next_one_too(
    files: Certificates, tmp_path: Path, days: int, is_new: bool
) -> None:
    authority, server = contents(files)
    later = contents(certificates_for(tmp_path, SHED, now=NOW + timedelta(days=days)))
    assert later[0] == authority
    assert (later[1] != server) == is_new


def test_another_address_gets_another_certificate_of_the_same_authority(
    files: Certificates, tmp_path: Path
) -> None:
    authority, server = contents(files)
    moved = certificates_for(tmp_path, ("192.168.1.99",), now=NOW)
    assert contents(moved)[0] == authority
    assert contents(moved)[1] != server
    shake_hands(moved, "192.168.1.99", moved.authority)


def test_an_authority_that_is_over_is_followed_by_another(
    files: Certificates, tmp_path: Path
) -> None:
    before = contents(files)
    after = contents(certificates_for(tmp_path, SHED, now=NOW + timedelta(days=3640)))
    assert not set(before) & set(after)


def test_a_certificate_whose_key_was_lost_or_changed_is_made_again(
    files: Certificates, tmp_path: Path
) -> None:
    files.key.unlink()
    shake_hands(certificates_for(tmp_path, SHED, now=NOW), "localhost", files.authority)
    files.key.write_bytes(files.key.with_name("authority-key.pem").read_bytes())
    shake_hands(certificates_for(tmp_path, SHED, now=NOW), "localhost", files.authority)


def test_the_command_says_who_gets_a_certificate_for_the_world(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match=r"--https is for the local network, and 8\.8\.8\.8 is"):
        serving.certificates_of(tmp_path, "8.8.8.8")


def test_phones_fetch_what_they_have_to_trust(
    app: Flask, client_of: type_of_client, now: datetime
) -> None:
    nobody = client_of(None)
    assert nobody.get("/authority.crt").status_code == 404
    files = certificates_for(app.config["CHOSEN"].instance, SHED, now=now)
    with nobody.get("/authority.crt") as answer:
        assert answer.data == files.authority.read_bytes()
        assert answer.mimetype == "application/x-x509-ca-cert"
