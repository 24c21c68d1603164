"""Certificates for a network of one's own: https where no authority of the world knows the server.

An authority of this installation alone signs the server's certificate. A phone that trusts it does so
for private networks and names under .local, and for nothing else: the authority itself says that it
may vouch for no more (name constraints, RFC 5280, 4.2.1.10).
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

FOLDER = "certificates"  # in the instance folder
AUTHORITY_LASTS = timedelta(days=3650)
SERVER_LASTS = timedelta(days=397)  # phones take no longer ones
AHEAD = timedelta(days=30)  # a new one is made so long before the old one ends
A_WRONG_CLOCK = timedelta(days=1)
NETWORKS = (
    *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"),
    *("127.0.0.0/8", "fc00::/7", "fe80::/10", "::1/128"),
)
NAMES = ("local", "localhost")


class NotOfThisNetwork(Exception):  # noqa: N818 - what is the matter
    """An address that the world knows: its certificate comes from an authority that the world trusts."""


@dataclass(frozen=True)
class Certificates:
    """Files, all PEM: what phones may be told to trust, and what the server shows and keeps secret."""

    authority: Path
    server: Path
    key: Path


@dataclass(frozen=True)
class Signed:
    """A certificate and the key that belongs to it."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def authority_in(instance: Path) -> Path:
    """Where the authority's certificate lies, once there is one."""
    return instance / FOLDER / "authority.pem"


def certificates_for(instance: Path, addresses: Sequence[str], *, now: datetime) -> Certificates:
    """The files for a server with these addresses and names; makes what is missing or soon over.

    Raises NotOfThisNetwork for an address that is not private and a name that is not local.
    """
    for address in addresses:
        if not is_of_this_network(address):
            raise NotOfThisNetwork(address)
    folder = instance / FOLDER
    files = Certificates(authority_in(instance), folder / "server.pem", folder / "server-key.pem")
    authority_key = folder / "authority-key.pem"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    authority = _kept(files.authority, authority_key, now)
    if authority is None:
        authority = _new_authority(now)
        _keep(authority, files.authority, authority_key)
        files.server.unlink(missing_ok=True)
    server = _kept(files.server, files.key, now)
    if server is None or not _is_of(server.certificate, authority, addresses):
        _keep(_new_server(addresses, authority, now), files.server, files.key)
    return files


def is_of_this_network(address: str) -> bool:
    """Whether the authority may vouch for it."""
    literal = _literal(address)
    if literal is None:
        return address.rpartition(".")[2] in NAMES
    return any(literal in ip_network(network) for network in NETWORKS)


def _literal(address: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(address)
    except ValueError:
        return None


def _new_authority(now: datetime) -> Signed:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _named("Toolshare, of this network only")
    may = [
        *(x509.IPAddress(ip_network(network)) for network in NETWORKS),
        *(x509.DNSName(name) for name in NAMES),
    ]
    builder = (
        _begun(name, name, key, now, AUTHORITY_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints(may, None), critical=True)
    )
    return Signed(builder.sign(key, hashes.SHA256()), key)


def _new_server(addresses: Sequence[str], authority: Signed, now: datetime) -> Signed:
    key = ec.generate_private_key(ec.SECP256R1())
    literals = [(address, _literal(address)) for address in addresses]
    named = [
        x509.IPAddress(literal) if literal else x509.DNSName(address)
        for address, literal in literals
    ]
    issuer = authority.certificate.subject
    by_issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    builder = (
        _begun(_named("Toolshare"), issuer, key, now, SERVER_LASTS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(named), critical=False)
        .add_extension(by_issuer, critical=False)
    )
    return Signed(builder.sign(authority.key, hashes.SHA256()), key)


def _begun(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    now: datetime,
    lasts: timedelta,
) -> x509.CertificateBuilder:
    """What every certificate says."""
    begun = x509.CertificateBuilder(
        issuer_name=issuer,
        subject_name=subject,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now - A_WRONG_CLOCK,
        not_valid_after=now + lasts - A_WRONG_CLOCK,
    )
    whose = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return begun.add_extension(whose, critical=False)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _kept(certificate: Path, key: Path, now: datetime) -> Signed | None:
    """What was made before, unless it is over soon."""
    if not (certificate.is_file() and key.is_file()):
        return None
    read = x509.load_pem_x509_certificate(certificate.read_bytes())
    secret = serialization.load_pem_private_key(key.read_bytes(), None)
    if not isinstance(secret, ec.EllipticCurvePrivateKey):
        return None
    is_ours = read.public_key() == secret.public_key()
    return Signed(read, secret) if is_ours and read.not_valid_after_utc > now + AHEAD else None


def _keep(signed: Signed, certificate: Path, key: Path) -> None:
    """Writes the key first, which nobody else may read: a certificate is never without one."""
    secret = signed.key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    opened = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(opened, "wb") as file:
        file.write(secret)
    certificate.write_bytes(signed.certificate.public_bytes(serialization.Encoding.PEM))


def _is_of(certificate: x509.Certificate, authority: Signed, addresses: Sequence[str]) -> bool:
    """Whether the authority made it, for these addresses."""
    signed_for = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    literals = signed_for.get_values_for_type(x509.IPAddress)
    named = {*signed_for.get_values_for_type(x509.DNSName), *map(str, literals)}
    by = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    ours = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    return by == ours and named == {str(_literal(one) or one) for one in addresses}
