import type { ReactiveController, ReactiveControllerHost } from "lit";

/** Tells whether a person can see an element: it is within the screen, and the page is in front. */
export class Visibility implements ReactiveController {
  seen = false;
  private within = false;
  private readonly observer: IntersectionObserver;

  constructor(
    private readonly host: ReactiveControllerHost & Element,
    private readonly changed: (seen: boolean) => void,
  ) {
    this.observer = new IntersectionObserver((entries) => {
      this.within = entries.at(-1)?.isIntersecting ?? false;
      this.update();
    });
    host.addController(this);
  }

  hostConnected(): void {
    this.observer.observe(this.host);
    document.addEventListener("visibilitychange", this.update);
  }

  hostDisconnected(): void {
    this.observer.unobserve(this.host);
    document.removeEventListener("visibilitychange", this.update);
    this.within = false;
    this.update();
  }

  private readonly update = () => {
    const seen = this.within && document.visibilityState === "visible";
    if (seen === this.seen) return;
    this.seen = seen;
    this.changed(seen);
  };
}
