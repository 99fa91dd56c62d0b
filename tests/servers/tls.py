"""Certificates for servers on loopback, made anew for each run by the openssl command."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

EC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """PEM files: a CA, a certificate by it for localhost and 127.0.0.1 with its key, and what must be refused:

    a certificate by the same CA and key for another name, and a CA that signed nothing.
    """

    ca: Path
    certificate: Path
    key: Path
    elsewhere: Path
    other_ca: Path


def openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="session")
def tls_files(tmp_path_factory: pytest.TempPathFactory) -> TlsFiles:
    """The certificates of this run."""
    folder = tmp_path_factory.mktemp("tls")
    for name in ("ca", "other"):
        subject = ("-subj", f"/CN={name}", "-days", "30", "-keyout", f"{name}.key", "-out", f"{name}.pem")
        openssl(folder, "req", "-x509", *EC, *subject)
    openssl(folder, "req", *EC, "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr")
    for name, names in (("server", "DNS:localhost,IP:127.0.0.1"), ("elsewhere", "DNS:elsewhere.example")):
        (folder / "names").write_text(f"subjectAltName={names}\n")
        signing = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "names", "-days", "30")
        openssl(folder, "x509", "-req", "-in", "server.csr", *signing, "-out", f"{name}.pem")
    pem = folder.joinpath
    return TlsFiles(pem("ca.pem"), pem("server.pem"), pem("server.key"), pem("elsewhere.pem"), pem("other.pem"))
