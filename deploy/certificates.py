"""Make a private authority and one certificate per server, for the compose file's own network.

`python deploy/certificates.py FOLDER NAME…` writes `ca.pem` and, for each NAME, `NAME/cert.pem` and `NAME/key.pem`.
What is there already is kept. The authority's own key is thrown away: nothing else can be signed by it, so a
new server means a new folder. Where an organization has an authority of its own, use that instead.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_VALID = dt.timedelta(days=825)


def make(folder: Path, names: list[str], owner: int | None = None) -> bool:
    """Write the authority's certificate and a key pair per name, owned by user `owner`; False when they exist."""
    if (folder / "ca.pem").exists():
        return False
    folder.mkdir(parents=True, exist_ok=True)
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority = _certificate("Countersign private authority", authority_key, authority_key, None)
    for name in names:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _certificate(name, key, authority_key, authority)
        _write_pair(folder / name, certificate, key, owner)
    (folder / "ca.pem").write_bytes(authority.public_bytes(serialization.Encoding.PEM))  # last: it means done
    return True


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    signing_key: ec.EllipticCurvePrivateKey,
    issuer: x509.Certificate | None,
) -> x509.Certificate:
    """Return an authority's certificate when there is no issuer, else one for the server called `name`."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + _VALID)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=0 if issuer is None else None), True)
        .add_extension(_usage(is_authority=issuer is None), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()), False)
    )
    if issuer is not None:
        names = x509.SubjectAlternativeName([x509.DNSName(name)])
        serving = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        builder = builder.add_extension(names, False).add_extension(serving, False)
    return builder.sign(signing_key, hashes.SHA256())


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _write_pair(
    folder: Path, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey, owner: int | None
) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = folder / "key.pem"
    private.unlink(missing_ok=True)
    with os.fdopen(os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
    if owner is not None:
        os.chown(private, owner, owner)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("usage: python deploy/certificates.py FOLDER NAME…")
    given_owner = os.environ.get("CERTIFICATE_OWNER")
    make(Path(sys.argv[1]), sys.argv[2:], int(given_owner) if given_owner else None)
