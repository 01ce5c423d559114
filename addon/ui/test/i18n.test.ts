import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type MessageFormatElement, parse, TYPE } from "@formatjs/icu-messageformat-parser";
import { afterEach, describe, expect, it } from "vitest";
import { formatAgo, formatBytes, t } from "../src/i18n";
import { languages, pick, speak } from "../src/languages";

const SOURCE = join(import.meta.dirname, "../src");
const FOLDER = join(SOURCE, "translations");
const texts = Object.fromEntries(
  readdirSync(FOLDER).map((file) => [
    file.replace(".json", ""),
    JSON.parse(readFileSync(join(FOLDER, file), "utf8")) as Record<string, string>,
  ]),
);
const english = texts.en as Record<string, string>;

/** The names of all places in a message, those inside plurals too. */
function places(elements: MessageFormatElement[]): string[] {
  return elements.flatMap((element) => {
    if (element.type === TYPE.literal || element.type === TYPE.pound) return [];
    if (element.type === TYPE.tag) return places(element.children);
    const inner =
      element.type === TYPE.plural || element.type === TYPE.select
        ? Object.values(element.options).flatMap((option) => places(option.value))
        : [];
    return [element.value, ...inner];
  });
}

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name));
}

describe.each(Object.keys(texts))("the texts in %s", (language) => {
  const own = texts[language] as Record<string, string>;

  it("are the same ones as in English, and none is empty", () => {
    expect(Object.keys(own).sort()).toEqual(Object.keys(english).sort());
    expect(Object.entries(own).filter(([, text]) => !text.trim())).toEqual([]);
  });

  it("have the same places to fill", () => {
    for (const [key, text] of Object.entries(own)) {
      const wanted = new Set(places(parse(english[key] as string)));
      expect([key, new Set(places(parse(text)))]).toEqual([key, wanted]);
    }
  });
});

describe("the sources", () => {
  const files = sources(SOURCE);

  it("use every text", () => {
    const code = files.map((file) => readFileSync(file, "utf8")).join("\n");
    // Keys that are put together, such as t(`role.${role}`) or t(`${key}.detail`).
    const prefixes = [...code.matchAll(/`([a-z-]+(?:\.[a-z-]+)*\.)\$\{/g)].map((found) => found[1] as string);
    const suffixes = [...code.matchAll(/\}(\.[a-z-]+)`/g)].map((found) => found[1] as string);
    const used = (key: string): boolean =>
      code.includes(`"${key}"`) ||
      prefixes.some((prefix) => key.startsWith(prefix)) ||
      suffixes.some((suffix) => key.endsWith(suffix) && used(key.slice(0, -suffix.length)));
    expect(Object.keys(english).filter((key) => !used(key))).toEqual([]);
  });

  it("have no text in their templates", () => {
    const literal = files.flatMap((file) =>
      untranslated(readFileSync(file, "utf8")).map((text) => `${file}: ${text}`),
    );
    expect(literal).toEqual([]);
  });

  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: these are sources
  it("would be caught with a text in a template", () => {
    expect(untranslated("html`<p class='x'>Hello</p>`")).toEqual(["Hello"]);
    expect(untranslated('html`<button aria-label="Close it">${icon}</button>`')).toEqual(["Close it"]);
    expect(untranslated("html`<p>${a ? html`<b>Yes</b>` : nothing}</p>`")).toEqual(["Yes"]);
    expect(untranslated('html`<p title=${t("x.y")}>${t("a.b")} · ${1}</p>`')).toEqual([]);
  });
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: these are sources
});

/** The words in the html`` templates of a source that are not taken from the translations. */
function untranslated(source: string): string[] {
  return templates(source).flatMap((template) => {
    const attributes = [
      ...template.matchAll(/\s(?:aria-label|alt|title|placeholder|label|heading|text)="([^"]*)"/g),
    ].map((found) => found[1] as string);
    const shown = template.replaceAll(/<[^>]*>/g, "\n").split("\n");
    return [...attributes, ...shown]
      .map((text) => text.replaceAll("\u0000", "").trim())
      .filter((text) => /\p{L}{2,}/u.test(text) && text !== "Ambianic" && text !== "https://");
  });
}

/** The contents of all html`` templates, each expression in them as a NUL character. */
function templates(source: string): string[] {
  const found: string[] = [];
  const read = (start: number): number => {
    let text = "";
    let index = start;
    while (index < source.length && source[index] !== "`") {
      if (source[index] === "\\") index += 2;
      else if (source.startsWith("${", index)) {
        index = expression(index + 2);
        text += "\u0000";
      } else text += source[index++];
    }
    if (source.slice(0, start).endsWith("html`")) found.push(text.replaceAll("=>", ""));
    return index + 1;
  };
  const expression = (start: number): number => {
    let depth = 1;
    let index = start;
    while (index < source.length) {
      const character = source[index];
      if (character === "`") index = read(index + 1);
      else {
        if (character === "{") depth++;
        if (character === "}" && --depth === 0) return index + 1;
        index++;
      }
    }
    return index;
  };
  for (let at = source.indexOf("html`"); at >= 0; at = source.indexOf("html`", at)) at = read(at + 5);
  return found;
}

describe("speaking", () => {
  afterEach(() => speak("en"));

  it("picks the first wish that there is a translation for", () => {
    expect(pick(["fr-FR", "de-AT", "en"])).toBe("de");
    expect(pick(["xx"])).toBe("en");
    expect(languages).toEqual(expect.arrayContaining(["en", "de"]));
  });

  it("changes the language of texts, times and sizes", async () => {
    expect(t("phones.revoked", { name: "Pixel" })).toBe("Pixel is out");
    await speak("de");
    expect(document.documentElement.lang).toBe("de");
    expect(t("phones.revoked", { name: "Pixel" })).toBe("Pixel ist draußen");
    expect(formatBytes(1_500_000)).toBe("1,5 MB");
    expect(formatAgo("2026-11-22T10:00:00Z", Date.parse("2026-11-22T10:05:00Z"))).toBe("vor 5 Minuten");
  });

  it("counts", () => {
    expect(t("more.phones", { count: 1, here: 0 })).toBe("1 phone");
    expect(t("more.phones", { count: 2, here: 1 })).toBe("2 phones, 1 connected now");
  });

  it("says sizes in the unit that fits", () => {
    expect([0, 999, 5_200_000_000].map(formatBytes)).toEqual(["0 byte", "999 byte", "5.2 GB"]);
  });
});
