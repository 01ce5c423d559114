"""The account of a look: where it went, what was found there, and why that is an event or none."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
import itertools

from ambianic.events import Box

from .detector import Detection
from .look import Found, Tracked, Verdict
from .track import Track


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look saw: the parts of a `Look` that are about objects."""

    regions: tuple[Box, ...] = ()
    found: tuple[Found, ...] = ()
    tracks: tuple[Tracked, ...] = ()
    inference_ms: float = 0.0


def account(
    looked: Sequence[Box],
    raw: Sequence[Sequence[Detection]],
    cut: Sequence[Detection],
    verdicts: Mapping[Track, Verdict],
    *,
    believes: Callable[[str, float, Box], Verdict | None],
    event_id: Callable[[Track], str | None],
    inference_ms: float,
) -> Looked:
    """What a look saw: `raw` is what was found in each region, `cut` what the regions' edges cut off."""
    seen = {track.detection: verdict for track, verdict in verdicts.items() if track.detection is not None}
    found = [
        (one, seen.get(one) or believes(one.label, one.score, one.box) or Verdict.PART)
        for one in itertools.chain.from_iterable(raw)
    ]
    found += [(one, Verdict.PART) for one in cut]
    return Looked(
        regions=tuple(looked),
        found=tuple(Found(label=one.label, score=one.score, box=one.box, verdict=verdict) for one, verdict in found),
        tracks=tuple(
            Tracked(
                number=track.number,
                label=track.label,
                score=track.score,
                box=track.box,
                state="resting" if track.rest.resting else "moving" if track.certain else "new",
                verdict=verdict,
                zones=track.zones,
                event_id=event_id(track),
            )
            for track, verdict in verdicts.items()
        ),
        inference_ms=inference_ms,
    )
