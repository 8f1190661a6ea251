"""A time-stamp server (RFC 3161) whose answers real `openssl ts` makes, with faults on demand. Needs no Django."""

from __future__ import annotations

import subprocess
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CONFIG = """
[tsa]
dir = {folder}
serial = {folder}/serial
default_policy = 1.3.6.1.4.1.4146.2.3
digests = sha256
signer_digest = sha256
ess_cert_id_alg = sha256
ordering = no
tsa_name = no
"""


class TimestampServer:
    """Stamps whatever it is sent until it is closed.

    `statuses` are answered instead, one a call; `says` answers every call with these bytes; `asked` keeps each query.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.statuses: list[int] = []
        self.says: bytes | None = None
        self.asked: list[bytes] = []
        self.roots = _certificates(folder)
        (folder / "ts.cnf").write_text(CONFIG.format(folder=folder))
        (folder / "serial").write_text("01\n")
        self._http = HTTPServer(("127.0.0.1", 0), _handler(self))

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}/tsr"

    def stamp(self, query: bytes) -> bytes:
        """Return what `openssl ts` answers to a query."""
        (self.folder / "query.tsq").write_bytes(query)
        self._openssl(
            *("-reply", "-config", "ts.cnf", "-section", "tsa", "-queryfile", "query.tsq", "-out", "answer.tsr"),
            *("-signer", "tsa.crt", "-inkey", "tsa.key"),
        )
        return (self.folder / "answer.tsr").read_bytes()

    def verifies(self, data: bytes, answer: bytes) -> bool:
        """Return whether `openssl ts -verify` accepts an answer over `data` under this server's root."""
        (self.folder / "data").write_bytes(data)
        (self.folder / "given.tsr").write_bytes(answer)
        done = subprocess.run(
            ["openssl", "ts", "-verify", "-data", "data", "-in", "given.tsr", "-CAfile", "ca.crt"],
            cwd=self.folder,
            capture_output=True,
        )
        return done.returncode == 0 and b"Verification: OK" in done.stdout

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", "ts", *arguments], cwd=self.folder, check=True, capture_output=True)


def _certificates(folder: Path) -> str:
    """Write a root and a certificate for time-stamping under it; return the root as PEM."""
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("Root of a test", "TSA of a test")]
    made = []
    for number, (key, name) in enumerate(zip(keys, names, strict=True)):
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(names[0])
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=30))
            .add_extension(x509.BasicConstraints(ca=number == 0, path_length=None), critical=True)
        )
        if number:
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        made.append(builder.sign(keys[0], hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    (folder / "ca.crt").write_bytes(made[0])
    (folder / "tsa.crt").write_bytes(made[1])
    (folder / "tsa.key").write_bytes(
        keys[1].private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return made[0].decode()


def _handler(server: TimestampServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["content-length"]))
            server.asked.append(query)
            status = server.statuses.pop(0) if server.statuses else 200
            if self.headers["content-type"] != "application/timestamp-query":
                status = 415
            body = b"" if status != 200 else server.says if server.says is not None else server.stamp(query)
            self.send_response(status)
            self.send_header("content-type", "application/timestamp-reply")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler
