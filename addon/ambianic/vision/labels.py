"""Labels beyond those of the model that finds objects."""

FACE = "face"
FALL = "fall"
SOUNDS = frozenset({"smoke_alarm", "glass", "bark", "scream"})
"""What is heard, not seen."""
PASSING = SOUNDS | {FACE}
"""What has nothing to be found again by, once a process has died."""
