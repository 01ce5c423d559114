import { type Texts, use } from "./i18n";
import en from "./translations/en.json";

const files = import.meta.glob<Texts>("./translations/*.json", { import: "default" });
export const languages = Object.keys(files).map((file) => file.replace(/^.*\/(.*)\.json$/, "$1"));

/** The best language for the wishes, such as `["de-AT", "fr"]`. */
export function pick(wishes: readonly string[]): string {
  for (const wish of wishes) {
    const found = languages.find((name) => wish.toLowerCase().split("-")[0] === name);
    if (found) return found;
  }
  return "en";
}

/** Switches to a language; null stands for the browser's wishes. What is on the screen has to be drawn anew. */
export async function speak(name: string | null): Promise<void> {
  const chosen = name && languages.includes(name) ? name : pick(navigator.languages);
  use(chosen, chosen === "en" ? en : ((await files[`./translations/${chosen}.json`]?.()) ?? en));
  document.documentElement.lang = chosen;
}
