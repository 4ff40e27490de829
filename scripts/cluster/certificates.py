"""Self-signed certificates of the cluster's one address, and a bundle that clients trust."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def write_certificate(folder: Path, address: str, serial: int) -> tuple[Path, Path]:
    """Make a key and a certificate for an IP address; return both files."""
    key = ec.generate_private_key(ec.SECP256R1())
    # Names that differ: OpenSSL looks a certificate up by its name.
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{address} {serial}")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = folder / f"certificate-{serial}.pem", folder / f"key-{serial}.pem"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files
