"""What aiortc knows of a peer connection and does not tell."""

from aiortc import RTCPeerConnection, RTCSctpTransport
from cryptography.hazmat.primitives import hashes

from .views import Path


def certificates(peer: RTCPeerConnection) -> tuple[bytes, bytes]:
    """The SHA-256 of the certificates that DTLS uses: the other side's, then ours. Raises ValueError before there are any."""
    dtls = _sctp(peer).transport
    tls = dtls._ssl  # noqa: SLF001  aiortc shows fingerprints of the description only, not what was really presented
    certificate = tls.get_peer_certificate(as_cryptography=True) if tls else None
    if certificate is None:
        raise ValueError("The DTLS handshake is not over.")
    ours = next(known.value for known in dtls.getLocalParameters().fingerprints if known.algorithm == "sha-256")
    return certificate.fingerprint(hashes.SHA256()), bytes.fromhex(ours.replace(":", ""))


def path(peer: RTCPeerConnection) -> Path | None:
    """How packets go now; None before the connection."""
    if peer.sctp is None:
        return None
    connection = _sctp(peer).transport.transport._connection  # noqa: SLF001  aiortc's statistics do not name the pair
    pair = connection._nominated.get(1)  # noqa: SLF001
    if pair is None:
        return None
    return "relay" if "relay" in {pair.local_candidate.type, pair.remote_candidate.type} else "direct"


def _sctp(peer: RTCPeerConnection) -> RTCSctpTransport:
    if peer.sctp is None:
        raise ValueError("The peer connection has no data channel.")
    return peer.sctp
