"""Keys and phones on disk: private, whole at any moment, and never silently replaced."""

import json
from pathlib import Path
import stat
import subprocess
import sys

import pytest

from ambianic.errors import EdgeError, ErrorCode
from ambianic.pnp1.keys import SigningKey, seal
from ambianic.pnp1.wire import encode
from ambianic.remote import AlertRules, RemoteError
from ambianic.remote.identity import DAY, KEM_LIFE, ROUTE_KEPT, ROUTES_KEPT, Identity
from ambianic.remote.phones import EXPIRY, TOMBSTONES, Phone, PhoneStore

KEYS = "keys/identity.json"


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        """The time now."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """The time of keys and phones."""
    return Clock()


class Phones:
    """A store and what it has told."""

    def __init__(self, directory: Path, clock: Clock) -> None:
        self.revoked: list[str] = []
        self.changes = 0
        self._directory, self._clock = directory, clock
        self.store = self.read()

    def read(self) -> PhoneStore:
        """Read the phones again, as after a restart."""
        return PhoneStore(
            self._directory,
            on_change=self._changed,
            on_revoke=lambda phone: self.revoked.append(phone.id),
            clock=self._clock,
        )

    def add(self, name: str = "Phone") -> Phone:
        """Take in a phone."""
        phone = Phone(identity=SigningKey.generate().public, name=name, role="viewer", paired=self._clock.now, paired_by="Anna")
        self.store.add(phone)
        return phone

    def _changed(self) -> None:
        self.changes += 1


@pytest.fixture
def phones(tmp_path: Path, clock: Clock) -> Phones:
    """A store without phones."""
    return Phones(tmp_path, clock)


def test_keys_are_private_and_stay(tmp_path: Path) -> None:
    """Nobody else on the machine can read them, and a restart does not change them."""
    first = Identity(tmp_path, expected=False)
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / KEYS).stat().st_mode) == 0o600
    second = Identity(tmp_path, expected=True)
    assert second.fingerprint == first.fingerprint
    assert second.route.public == first.route.public
    assert [key.public for key in second.kems] == [key.public for key in first.kems]
    box_key, info = first.kems[0], b"test"
    assert second.kems[0].open(seal(box_key.public, b"hello", info), info) == b"hello"


def test_the_key_for_offers_is_replaced_and_the_one_before_is_kept(tmp_path: Path, clock: Clock) -> None:
    """A phone that was away for a month can still make an offer."""
    identity = Identity(tmp_path, expected=False, clock=clock)
    [first] = identity.kems
    clock.now += KEM_LIFE - DAY
    assert identity.maintain() is False
    clock.now += 2 * DAY
    assert identity.maintain() is True
    second, previous = identity.kems
    assert previous is first
    assert [key.public for key in Identity(tmp_path, expected=True, clock=clock).kems] == [second.public, first.public]
    clock.now += KEM_LIFE + DAY
    identity.maintain()
    assert identity.kems[1] is second
    assert first not in identity.kems


def test_routes_change_and_old_ones_are_kept_for_a_month(tmp_path: Path, clock: Clock) -> None:
    """The newest three of them."""
    identity = Identity(tmp_path, expected=False, clock=clock)
    before = [identity.route]
    for _ in range(ROUTES_KEPT + 1):
        identity.rotate_route()
        before.insert(0, identity.route)
        clock.now += DAY
    assert list(identity.old_routes) == before[1 : ROUTES_KEPT + 1]
    again = Identity(tmp_path, expected=True, clock=clock)
    assert [key.public for key in again.old_routes] == [key.public for key in identity.old_routes]
    clock.now += ROUTE_KEPT - DAY / 2
    assert identity.maintain() is True
    assert identity.old_routes == ()


@pytest.mark.parametrize("content", [b"", b"{}", b"not json", b'{"version": 2}', b"\x00" * 100_000])
def test_damaged_keys_stop_the_start_and_are_left_alone(tmp_path: Path, content: bytes) -> None:
    """A new identity would put all phones out: only people may decide that."""
    Identity(tmp_path, expected=False)
    (tmp_path / KEYS).write_bytes(content)
    with pytest.raises(RemoteError, match=r"damaged.*backup"):
        Identity(tmp_path, expected=True)
    assert (tmp_path / KEYS).read_bytes() == content


def test_a_key_that_does_not_fit_is_damage_and_is_not_shown(tmp_path: Path) -> None:
    """Nothing of a key gets into an error."""
    Identity(tmp_path, expected=False)
    content = json.loads((tmp_path / KEYS).read_text())
    secret = content["identity"]["d"]
    content["identity"]["x"] = content["route"]["x"]
    (tmp_path / KEYS).write_text(json.dumps(content))
    with pytest.raises(RemoteError) as caught:
        Identity(tmp_path, expected=True)
    assert secret not in repr(caught.value)
    assert caught.value.__cause__ is None


def test_missing_keys_are_not_replaced_where_phones_need_them(tmp_path: Path) -> None:
    """The file was lost: a backup brings it back."""
    with pytest.raises(RemoteError, match="missing"):
        Identity(tmp_path, expected=True)
    assert not (tmp_path / KEYS).exists()


def test_unreadable_files_stop_the_start(tmp_path: Path) -> None:
    """Permissions are wrong, in the eyes of somebody who is not root."""
    Identity(tmp_path, expected=False)
    (tmp_path / "phones.json").write_text('{"version": 1}')
    tmp_path.chmod(0o755)
    code = (
        "import sys; from pathlib import Path; from ambianic.remote.identity import Identity\n"
        "from ambianic.remote.phones import PhoneStore; directory = Path(sys.argv[1])\n"
        "for attempt in (lambda: Identity(directory, expected=True),"
        " lambda: PhoneStore(directory, on_change=print, on_revoke=print)):\n"
        "    try: attempt()\n"
        "    except Exception as error: print(type(error).__name__, str(error).split(': ')[-1])\n"
    )
    (tmp_path / "keys").chmod(0)
    (tmp_path / "phones.json").chmod(0)
    words = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search"]
    result = subprocess.run([*words, sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True)
    assert result.stdout.splitlines() == ["RemoteError Permission denied. Correct its permissions."] * 2


def test_phones_stay(phones: Phones, tmp_path: Path) -> None:
    """With all that is known of them."""
    phone = phones.add("Anna's phone")
    rules = AlertRules.model_validate({"labels": ["person"], "quiet": {"from": "22:00", "to": "06:30"}})
    phones.store.rename(phone.id, " Kitchen ")
    phones.store.set_alerts(phone.id, rules)
    phones.store.seen(phone.id)
    assert phones.changes == 3
    [known] = phones.read().list()
    assert (known.id, known.name, known.alerts, known.last_seen) == (phone.id, "Kitchen", rules, 1_700_000_000.0)
    assert json.loads((tmp_path / "phones.json").read_text())["phones"][0]["alerts"]["quiet"] == {
        "from": "22:00",
        "to": "06:30",
    }
    assert stat.S_IMODE((tmp_path / "phones.json").stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "a\nb", "a\x00b"])
def test_names_that_cannot_be_shown_are_refused(phones: Phones, name: str) -> None:
    """The field is named."""
    phone = phones.add()
    with pytest.raises(EdgeError) as caught:
        phones.store.rename(phone.id, name)
    assert (caught.value.code, caught.value.field) == (ErrorCode.INVALID_FIELD, "name")
    assert phones.store.get(phone.id).name == "Phone"


def test_phones_that_are_not_there(phones: Phones) -> None:
    """Nothing happens to others."""
    phones.add()
    for call in (phones.store.get, phones.store.revoke):
        with pytest.raises(EdgeError) as caught:
            call("AAAAAAAAAAAAAAAAAAAAAA")
        assert caught.value.code is ErrorCode.NOT_FOUND
    assert phones.store.device("AAAAAAAAAAAAAAAAAAAAAA") is None


def test_revoked_phones_are_remembered_but_not_forever(phones: Phones) -> None:
    """They are told that they are out; the oldest are forgotten when there are many."""
    lost = [phones.add() for _ in range(TOMBSTONES + 2)]
    for phone in lost:
        phones.store.revoke(phone.id)
    assert phones.revoked == [phone.id for phone in lost]
    again = phones.read()
    assert again.list() == []
    device = again.device(lost[-1].id)
    assert device
    assert (device.identity, device.revoked) == (lost[-1].identity, True)
    assert again.device(lost[0].id) is None


def test_phones_that_were_not_seen_for_half_a_year_are_out(phones: Phones, clock: Clock) -> None:
    """A drawer is no place for a key to a home."""
    idle, used = phones.add(), phones.add()
    clock.now += EXPIRY - DAY
    phones.store.seen(used.id)
    phones.store.expire()
    assert phones.revoked == []
    clock.now += 2 * DAY
    phones.store.expire()
    assert phones.revoked == [idle.id]
    assert [phone.id for phone in phones.read().list()] == [used.id]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'{"version": 1, "phones": [{}]}',
        b'{"version": 2}',
        json.dumps(
            {"phones": [{"identity": encode(b"\x04" + bytes(64)), "name": "x", "role": "owner", "paired": 1, "paired_by": "y"}]}
        ).encode(),
    ],
)
def test_a_damaged_list_of_phones_stops_the_start(tmp_path: Path, content: bytes) -> None:
    """It is left as it is."""
    (tmp_path / "phones.json").write_bytes(content)
    with pytest.raises(RemoteError, match="damaged"):
        PhoneStore(tmp_path, on_change=lambda: None, on_revoke=lambda _: None)
    assert (tmp_path / "phones.json").read_bytes() == content


@pytest.mark.parametrize(
    "rules",
    [
        {"quiet": {"from": "22:00", "to": "22:00"}},
        {"quiet": {"from": "24:00", "to": "06:00"}},
        {"quiet": {"from": "22:00"}},
        {"snoozed_until": "2026-11-22T20:00:00"},
        {"cameras": ["../etc"]},
        {"loud": True},
    ],
)
def test_rules_for_alerts_that_make_no_sense(rules: dict[str, object]) -> None:
    """They are refused before they are kept."""
    with pytest.raises(ValueError, match="validation error"):
        AlertRules.model_validate(rules)
