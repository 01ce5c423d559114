"""A real STUN and TURN server (coturn) in the network lab, hardened as deploy/registrar has it."""

from pathlib import Path
import secrets
import subprocess

from .child import Child
from .netlab import TURN, TURN6, Namespace

_SETTINGS = """
listening-ip={turn}
listening-ip={turn6}
relay-ip={turn}
listening-port=3478
tls-listening-port=443
cert={directory}/server.pem
pkey={directory}/server.key
realm=lab.test
use-auth-secret
static-auth-secret={secret}
fingerprint
stale-nonce=600
no-multicast-peers
denied-peer-ip=10.0.0.0-10.255.255.255
denied-peer-ip=172.16.0.0-172.31.255.255
denied-peer-ip=192.168.0.0-192.168.255.255
denied-peer-ip=100.64.0.0-100.127.255.255
denied-peer-ip=127.0.0.0-127.255.255.255
no-cli
min-port=50000
max-port=59999
simple-log
log-file=stdout
pidfile={directory}/pid
userdb={directory}/users
"""


class Coturn:
    """STUN and TURN on the standard ports, TURN over TLS on port 443; its certificate is of an authority of its own."""

    def __init__(self, directory: Path, server: Namespace) -> None:
        """Prepare it for the lab's server."""
        directory.mkdir(parents=True, exist_ok=True)
        self.authority = directory / "authority.pem"
        self.secret_file = directory / "secret"
        self.secret_file.write_text(secrets.token_urlsafe(24))
        self._certify(directory)
        settings = directory / "turnserver.conf"
        settings.write_text(_SETTINGS.format(turn=TURN, turn6=TURN6, directory=directory, secret=self.secret_file.read_text()))
        self.child = Child("coturn", server.command("turnserver", "-c", settings), directory / "turnserver.log")

    @property
    def stun_urls(self) -> list[str]:
        """Its STUN addresses, one of each family."""
        return [f"stun:{TURN}:3478", f"stun:[{TURN6}]:3478"]

    @property
    def turn_urls(self) -> list[str]:
        """Its TURN addresses, the fastest first."""
        return [f"turn:{TURN}:3478", f"turns:{TURN}:443?transport=tcp"]

    def start(self) -> None:
        """Start it and wait until it listens. Raises ChildError."""
        self.child.start()
        self.child.wait_until(lambda: "DB connection success" in self.child.tail(500), 20)

    def stop(self) -> None:
        """Stop it."""
        self.child.stop()

    def _certify(self, directory: Path) -> None:
        def openssl(*words: str) -> None:
            subprocess.run(["openssl", *words], cwd=directory, check=True, capture_output=True)

        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
        authority = ("-keyout", "authority.key", "-out", "authority.pem", "-days", "2", "-subj", "/CN=lab")
        openssl("req", "-x509", *key, *authority, "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        openssl("req", *key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=turn.lab.test")
        (directory / "names").write_text(
            f"subjectAltName=DNS:turn.lab.test,IP:{TURN}\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
        )
        openssl(
            *("x509", "-req", "-in", "server.csr", "-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial"),
            *("-days", "2", "-extfile", "names", "-out", "server.pem"),
        )
