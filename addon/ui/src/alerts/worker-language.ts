import { type Texts, use } from "../i18n";

/** All in one file: a service worker can't load parts later. */
const files = import.meta.glob<Texts>("../translations/*.json", { import: "default", eager: true });

/** Lets the service worker speak a language; null stands for the browser's wishes. */
export function speakInWorker(name: string | null): void {
  for (const wish of [name ?? "", ...navigator.languages, "en"]) {
    const language = wish.toLowerCase().split("-")[0] as string;
    const texts = files[`../translations/${language}.json`];
    if (texts) {
      use(language, texts);
      return;
    }
  }
}
