/** Keeps the screen on while it is held, also after the page has been away. */
export class ScreenLock {
  private wanted = false;
  private lock: WakeLockSentinel | null = null;

  hold(): void {
    if (this.wanted) return;
    this.wanted = true;
    document.addEventListener("visibilitychange", this.request);
    void this.request();
  }

  release(): void {
    this.wanted = false;
    document.removeEventListener("visibilitychange", this.request);
    void this.lock?.release();
    this.lock = null;
  }

  /** The browser takes the lock away with the page's visibility. */
  private readonly request = async () => {
    if (document.visibilityState !== "visible") return;
    try {
      const lock = await navigator.wakeLock?.request("screen");
      if (this.wanted) this.lock = lock ?? null;
      else void lock?.release();
    } catch {
      // Low battery, for one: the picture matters more than the light.
    }
  };
}
