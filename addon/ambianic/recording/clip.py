"""A span of footage as MP4."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path
import struct

from .movie import Fragment, Movie, NoFootage, Piece
from .mp4 import write
from .mp4.boxes import HEADER, BrokenFile
from .mp4.entries import Entry
from .mp4.read import Contents, read, tracks
from .segment import Segment

__all__ = ["Clip", "Fragment", "Movie", "NoFootage", "clip_of"]

GAP_SECONDS = 2.0
"""From this on, pictures that are missing begin another part."""
OVERLAP_SECONDS = 1.0
"""So much earlier than its forerunner's end a segment begins only where the clock was set."""
NOTHING = "Nothing was recorded at that time."


class Clip(Movie):
    """A span of one camera's footage.

    `parts` are Movies of their own: each plays in one go, in front of each is a gap of more than 2 s or a change of codec, size or
    sound. As a Movie, a clip is all its parts joined, as several sample entries where they differ; where that is not possible
    (`whole` is False) the longest run of parts for which it is. `going_on` tells that more of the span is still to be written.
    """

    def __init__(self, parts: Sequence[Sequence[Piece]], *, going_on: bool) -> None:
        """Make a clip of at least one part, each of at least one piece."""
        runs: list[list[Piece]] = []
        for part in parts:
            if runs and all(_is_joinable(init, part[0].init) for init in {piece.init for piece in runs[-1]}):
                runs[-1] += part
            else:
                runs.append(list(part))
        longest = max(runs, key=lambda run: sum(piece.ticks for piece in run))
        init, pieces = _joined(longest)
        # A table would move what comes after it while the clip grows, and Chromium's demuxer does not heed sample entries with one.
        super().__init__(init, pieces, table=not going_on and all(piece.entries == (1, 1) for piece in pieces))
        self.whole = len(runs) == 1
        self.going_on = going_on
        self._groups = parts

    @cached_property
    def parts(self) -> tuple[Movie, ...]:
        """The parts by themselves."""
        return tuple(Movie(part[0].init, part) for part in self._groups)


def clip_of(directory: Path, segments: Sequence[Segment], start: float, end: float) -> Clip:
    """What segments (by start) hold of a span of Unix times. Raises NoFootage. Blocks."""
    pieces: list[Piece] = []
    last: Segment | None = None
    for segment in segments:
        path = segment.path(directory)
        try:
            piece = _piece(segment, path, read(path), start, end)
        except (OSError, BrokenFile, struct.error):
            continue  # deleted meanwhile, or only just begun
        if piece is not None:
            pieces.append(piece)
            last = segment
    if not pieces:
        raise NoFootage(NOTHING)
    parts = [[pieces[0]]]
    for before, piece in pairwise(pieces):
        if piece.init == before.init and -OVERLAP_SECONDS < piece.start - before.end <= GAP_SECONDS:
            parts[-1].append(piece)
        else:
            parts.append([piece])
    return Clip(parts, going_on=last is segments[-1] and last.end is None and pieces[-1].end < end)


def _piece(segment: Segment, path: Path, contents: Contents, start: float, end: float) -> Piece | None:
    """What a segment has of a span, from the key frame before it on; None where it has nothing."""
    if not contents.rows or contents.end <= start:
        return None
    first, first_offset, first_time = 0, contents.offset, 0
    offset, time, count = contents.offset, 0, 0
    for number, row in enumerate(contents.rows):
        at = contents.start + time / write.VIDEO_SCALE
        if at >= end and number:
            break
        if row.key and at <= start:
            first, first_offset, first_time = number, offset, time
        count = number + 1
        offset += row.size
        time += row.duration
    if contents.start >= end:
        return None
    sound = tracks(contents.init).get(write.SOUND)
    return Piece(
        segment_id=segment.id,
        path=path,
        init=contents.init,
        codecs=segment.codecs,
        offset=first_offset,
        time=first_time,
        start=contents.start + first_time / write.VIDEO_SCALE,
        rows=contents.rows[first:count],
        sound_scale=sound.scale if sound else 0,
    )


def _kinds(init: bytes) -> tuple[bytes, tuple[bytes, int] | None]:
    found = tracks(init)
    sound = found.get(write.SOUND)
    return _kind(found[write.VIDEO].entries[0]), None if sound is None else (_kind(sound.entries[0]), sound.scale)


def _kind(entry: Entry) -> bytes:
    return bytes(HEADER.unpack_from(entry.box)[1])


def _is_joinable(one: bytes, other: bytes) -> bool:
    """Whether what needs one init can be played with what needs the other, as sample entries of the same tracks."""
    if one == other:
        return True
    (video, sound), (other_video, other_sound) = _kinds(one), _kinds(other)
    return video == other_video and (sound == other_sound or sound is None or other_sound is None)


def _joined(pieces: Sequence[Piece]) -> tuple[bytes, list[Piece]]:
    """An init for all pieces, and the pieces with the numbers of their entries in it."""
    inits = list(dict.fromkeys(piece.init for piece in pieces))
    if len(inits) == 1:
        return inits[0], list(pieces)
    known = {init: tracks(init) for init in inits}
    video = list(dict.fromkeys(known[init][write.VIDEO].entries[0] for init in inits))
    sounds = [found[write.SOUND] for found in known.values() if write.SOUND in found]
    sound = list(dict.fromkeys(track.entries[0] for track in sounds))
    init = write.init(
        write.Track(tuple(video), write.VIDEO_SCALE, known[inits[0]][write.VIDEO].size),
        write.Track(tuple(sound), sounds[0].scale) if sounds else None,
    )
    numbered = []
    for piece in pieces:
        found = known[piece.init]
        heard = sound.index(found[write.SOUND].entries[0]) + 1 if write.SOUND in found else 1
        numbered.append(replace(piece, entries=(video.index(found[write.VIDEO].entries[0]) + 1, heard)))
    return init, numbered
