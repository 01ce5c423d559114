"""Labels of detected objects."""


def label_name(label: str) -> str:
    """Return a label as a name, where there is no translation."""
    return label.replace("_", " ").capitalize()
