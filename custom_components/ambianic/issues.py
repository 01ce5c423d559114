"""Repair issues: what only the user can put right."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN
from .errors import AmbianicVersionError
from .models import Camera, CameraState, EdgeInfo

if TYPE_CHECKING:
    from .coordinator import AmbianicConfigEntry


DETECTOR_TROUBLE = "detector_trouble"
PAIRING_DISTURBED = "pairing_disturbed"
STORAGE_NOTICE = "storage_notice"


@callback
def async_sync_issues(
    hass: HomeAssistant,
    entry: AmbianicConfigEntry,
    cameras: Iterable[Camera],
    *,
    info: EdgeInfo | None = None,
    version_error: AmbianicVersionError | None = None,
) -> None:
    """Create the issues of an edge, and delete those that are over."""
    current: set[str] = set()
    if version_error and version_error.edge_too_old:
        current.add(issue_id := f"edge_too_old-{entry.entry_id}")
        ir.async_create_issue(
            hass,
            DOMAIN,
            issue_id,
            data={"entry_id": entry.entry_id},
            is_fixable=False,
            severity=ir.IssueSeverity.ERROR,
            translation_key="edge_too_old",
            translation_placeholders={"name": entry.title},
        )
    troubles = info and {
        "config_broken": info.config_trouble,
        "storage_trouble": info.storage.trouble,
    }
    for key, reason in (troubles or {}).items():
        if reason is None:
            continue
        current.add(issue_id := f"{key}-{entry.entry_id}")
        ir.async_create_issue(
            hass,
            DOMAIN,
            issue_id,
            data={"entry_id": entry.entry_id},
            is_fixable=False,
            severity=ir.IssueSeverity.ERROR,
            translation_key=key,
            translation_placeholders={"name": entry.title, "reason": reason},
        )
    notices = info and {
        DETECTOR_TROUBLE: info.detector.trouble,
        STORAGE_NOTICE: info.storage.notice,
    }
    for key, notice in (notices or {}).items():
        if notice is None:
            continue
        current.add(issue_id := f"{key}-{entry.entry_id}")
        ir.async_create_issue(
            hass,
            DOMAIN,
            issue_id,
            data={"entry_id": entry.entry_id},
            is_fixable=True,
            severity=ir.IssueSeverity.WARNING,
            translation_key=key,
            translation_placeholders={"name": entry.title, "reason": notice},
        )
    for camera in cameras:
        if camera.status.state != CameraState.UNAUTHORIZED:
            continue
        current.add(issue_id := f"camera_unauthorized-{entry.entry_id}-{camera.id}")
        ir.async_create_issue(
            hass,
            DOMAIN,
            issue_id,
            data={"entry_id": entry.entry_id, "camera_id": camera.id},
            is_fixable=True,
            severity=ir.IssueSeverity.ERROR,
            translation_key="camera_unauthorized",
            translation_placeholders={"name": camera.name},
        )
    async_delete_issues(hass, entry, keep=current | {_disturbed_issue_id(entry)})


@callback
def async_create_disturbed_issue(
    hass: HomeAssistant, entry: AmbianicConfigEntry
) -> None:
    """Create the issue that somebody has guessed at the code for a new phone."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        _disturbed_issue_id(entry),
        data={"entry_id": entry.entry_id},
        is_fixable=True,
        # It tells of something that has happened; only the user can say that it is over.
        is_persistent=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key=PAIRING_DISTURBED,
        translation_placeholders={"name": entry.title},
    )


@callback
def async_delete_disturbed_issue(
    hass: HomeAssistant, entry: AmbianicConfigEntry
) -> None:
    """Delete that issue: a phone has got in."""
    ir.async_delete_issue(hass, DOMAIN, _disturbed_issue_id(entry))


def _disturbed_issue_id(entry: AmbianicConfigEntry) -> str:
    return f"{PAIRING_DISTURBED}-{entry.entry_id}"


@callback
def async_delete_issues(
    hass: HomeAssistant, entry: AmbianicConfigEntry, *, keep: Iterable[str] = ()
) -> None:
    """Delete the issues of an edge."""
    for (domain, issue_id), issue in list(ir.async_get(hass).issues.items()):
        if (
            domain == DOMAIN
            and issue_id not in keep
            and issue.data is not None
            and issue.data["entry_id"] == entry.entry_id
        ):
            ir.async_delete_issue(hass, DOMAIN, issue_id)
