/** What is known of the phone or computer that the app runs on. */

interface UserAgentData {
  platform: string;
  getHighEntropyValues(hints: string[]): Promise<{ model?: string }>;
}

const KINDS: [RegExp, string][] = [
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Macintosh/, "Mac"],
  [/Linux|CrOS/, "Linux"],
];

/** A name to propose for this phone, such as "Pixel 8" or "iPhone". */
export async function guessName(): Promise<string> {
  const { userAgentData } = navigator as { userAgentData?: UserAgentData };
  const model = await userAgentData?.getHighEntropyValues(["model"]).catch(() => ({ model: "" }));
  return model?.model || KINDS.find(([pattern]) => pattern.test(navigator.userAgent))?.[1] || "";
}

/** Whether the app runs on its own, from the home screen. */
export function isInstalled(): boolean {
  return (
    matchMedia("(display-mode: standalone)").matches ||
    (navigator as { standalone?: boolean }).standalone === true
  );
}

/** iOS keeps what a tab stores apart from what the installed app stores: there the app has to be installed before pairing. */
export function mustInstallFirst(): boolean {
  return /iPhone|iPad/.test(navigator.userAgent) && !isInstalled();
}

interface InstallPrompt extends Event {
  prompt(): Promise<unknown>;
}

let offer: InstallPrompt | null = null;
const listeners = new Set<() => void>();

function tell(): void {
  for (const listener of [...listeners]) listener();
}

window.addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  offer = event as InstallPrompt;
  tell();
});

window.addEventListener("appinstalled", () => {
  offer = null;
  tell();
});

/** The browser's own way to install the app, where it offers one. */
export const installation = {
  get offered(): boolean {
    return offer !== null;
  },
  async install(): Promise<void> {
    await offer?.prompt();
    offer = null;
    tell();
  },
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
