"""Draws the app's icons of docs/brand/icon.svg as PNG files into public/icons: `.venv/edge/bin/python addon/ui/make-icons.py`."""

from pathlib import Path
import shutil

from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent
BRAND = HERE.parent.parent / "docs" / "brand" / "icon.svg"
TARGET = HERE / "public" / "icons"
BACKGROUND = "#0a171d"

# Name, side in pixels, the icon's part of the side, whether there is a background up to the edges.
# A maskable icon keeps within the middle 80 %; iOS wants no transparency.
ICONS = (
    ("icon-192", 192, 1.0, False),
    ("icon-512", 512, 1.0, False),
    ("maskable-512", 512, 0.62, True),
    ("apple-touch-icon", 180, 0.76, True),
)


def main() -> None:
    """Draw every icon in a headless Chromium."""
    TARGET.mkdir(parents=True, exist_ok=True)
    svg = BRAND.read_text()
    shutil.copyfile(BRAND, TARGET / "icon.svg")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, side, part, filled in ICONS:
            page = browser.new_page(viewport={"width": side, "height": side})
            page.set_content(
                f"<style>body{{margin:0;height:100vh;display:grid;place-items:center;background:{BACKGROUND if filled else 'none'}}}"
                f"svg{{width:{side * part}px;height:{side * part}px}}</style>{svg}"
            )
            page.screenshot(path=TARGET / f"{name}.png", omit_background=not filled)
        browser.close()


if __name__ == "__main__":
    main()
