import type { HomeContext } from "../home";
import type { AlertRules } from "../model";

const RETRY = 30_000;

/** The rules of this phone at one home, as the home keeps them. */
export class PhoneRules {
  /** Null until the home has told them. */
  rules: AlertRules | null = null;
  /** Why they could not be read or kept. */
  error: unknown = null;

  private readonly path: string;
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Makes the answer to an earlier change harmless. */
  private change = 0;

  constructor(
    private readonly api: HomeContext["api"],
    phoneId: string,
  ) {
    this.path = `/api/v1/phones/${encodeURIComponent(phoneId)}/alerts`;
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Reads the rules; where that fails, again after a while. */
  async load(): Promise<void> {
    clearTimeout(this.timer);
    const change = ++this.change;
    try {
      const rules = await this.api.get<AlertRules>(this.path);
      if (change !== this.change) return;
      this.rules = rules;
      this.error = null;
    } catch (error) {
      if (change !== this.change) return;
      this.error = error;
      this.timer = setTimeout(() => void this.load(), RETRY);
    }
    this.tell();
  }

  /** Changes the rules at once, and back where the home does not take them. */
  async set(changes: Partial<AlertRules>): Promise<void> {
    const before = this.rules;
    if (!before) return;
    const change = ++this.change;
    this.rules = { ...before, ...changes };
    this.error = null;
    this.tell();
    try {
      const kept = await this.api.put<AlertRules>(this.path, this.rules);
      if (change === this.change) this.rules = kept;
    } catch (error) {
      if (change !== this.change) return;
      this.rules = before;
      this.error = error;
    }
    this.tell();
  }

  close(): void {
    clearTimeout(this.timer);
    this.change += 1;
  }

  private tell(): void {
    for (const listener of [...this.listeners]) listener();
  }
}

const known = new WeakMap<HomeContext, PhoneRules>();

/** The rules of this phone at a home; null on the edge's own page, which is no phone. */
export function rulesOf(home: HomeContext): PhoneRules | null {
  if (home.phoneId === null) return null;
  let rules = known.get(home);
  if (!rules) {
    rules = new PhoneRules(home.api, home.phoneId);
    known.set(home, rules);
  }
  return rules;
}
