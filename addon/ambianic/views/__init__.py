"""What the API shows: models that make both the answers and their description in OpenAPI."""

from .base import BoxView, ProblemView, SpanView, Time, View
from .cameras import CameraList, CameraView, ProbeView, camera_view, probe_view, without_address
from .edge import DetectorView, HealthView, InfoView, MeView, StorageSummaryView, detector_view
from .events import EventPage, EventView, event_view
from .looks import AnalysisView, Looks, LookView
from .models import AcceleratorView, ModelList, ModelTestView, ModelView, SeenView

__all__ = [
    "AcceleratorView",
    "AnalysisView",
    "BoxView",
    "CameraList",
    "CameraView",
    "DetectorView",
    "EventPage",
    "EventView",
    "HealthView",
    "InfoView",
    "LookView",
    "Looks",
    "MeView",
    "ModelList",
    "ModelTestView",
    "ModelView",
    "ProbeView",
    "ProblemView",
    "SeenView",
    "SpanView",
    "StorageSummaryView",
    "Time",
    "View",
    "camera_view",
    "detector_view",
    "event_view",
    "probe_view",
    "without_address",
]
