"""What goes to a browser: encrypted as RFC 8291 says, and signed as RFC 8292 does."""

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.messages.receiver import Receiver, claims_of
from tests.world import MONDAY_NOON
from toolshare import pushing

# The example of RFC 8291, section 5 and appendix A.
WORDS = b"When I grow up, I want to be a watermelon"
SENDERS = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
RECEIVERS = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
POINT = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH, SALT = "BTBZMqHH6r4Tts7J_aSIgg", "DGv6ra1nlYgDCS1FRnbzlw"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
    "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
SECRET = "a secret key"


def key_of(number: str) -> ec.EllipticCurvePrivateKey:
    """The key that is this number."""
    return ec.derive_private_key(int.from_bytes(pushing.read(number), "big"), pushing.CURVE)


def test_the_library_writes_the_example_of_the_standard() -> None:
    how = {"dh": pushing.read(POINT), "auth_secret": pushing.read(AUTH), "version": "aes128gcm"}
    salt, once = pushing.read(SALT), key_of(SENDERS)
    assert http_ece.encrypt(WORDS, salt=salt, private_key=once, **how) == pushing.read(BODY)


def test_a_browser_reads_the_example_of_the_standard() -> None:
    receiver = Receiver(key_of(RECEIVERS), pushing.read(AUTH))
    assert receiver.point == pushing.read(POINT)
    assert receiver.read(pushing.read(BODY)) == WORDS


def test_what_we_write_one_browser_reads_and_never_twice_the_same() -> None:
    receiver, other = Receiver(), Receiver()
    to = pushing.Browser("https://push.example/1", receiver.point, receiver.auth)
    first, second = (pushing.encrypted(to, WORDS) for _ in range(2))
    assert first != second
    assert {receiver.read(one) for one in (first, second)} == {WORDS}
    with pytest.raises(http_ece.ECEException):
        other.read(first)


def test_a_service_sees_who_sends_and_until_when() -> None:
    to = pushing.Browser("https://push.example:8443/1?x=y", b"", b"")
    url = "http://tools.example.org"
    told = pushing.headers(to, secret=SECRET, public_url=url, now=MONDAY_NOON)
    claims = claims_of(told["Authorization"], pushing.public_key_of(SECRET))
    noon = int(MONDAY_NOON.timestamp())
    whole = {"aud": "https://push.example:8443", "sub": "https://tools.example.org"}
    assert claims == {**whole, "exp": noon + 12 * 60 * 60}
    assert (told["Content-Encoding"], told["TTL"]) == ("aes128gcm", "86400")


def test_the_key_follows_from_the_secret_and_is_another_for_another() -> None:
    assert pushing.public_key_of(SECRET) == pushing.public_key_of(SECRET)
    assert pushing.public_key_of(SECRET) != pushing.public_key_of(f"{SECRET}!")
    assert len(pushing.read(pushing.public_key_of(SECRET))) == pushing.POINT


def test_what_is_no_point_of_the_curve_is_no_browser() -> None:
    receiver = Receiver()
    packed = receiver.key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    assert pushing.is_browser(receiver.point, receiver.auth)
    wrong = ((b"\4" * 65, receiver.auth), (b"", receiver.auth), (receiver.point, b"short"))
    for point, auth in (*wrong, (packed, receiver.auth)):
        assert not pushing.is_browser(point, auth)
