import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { Size } from "./fit";

/** The size of an element in CSS pixels; its host is drawn anew when that changes. */
export class Measure implements ReactiveController {
  size: Size = { width: 0, height: 0 };
  private observer: ResizeObserver | undefined;

  constructor(private readonly host: ReactiveControllerHost & HTMLElement) {
    host.addController(this);
  }

  hostConnected(): void {
    this.observer = new ResizeObserver(([entry]) => {
      const { width, height } = (entry as ResizeObserverEntry).contentRect;
      if (width === this.size.width && height === this.size.height) return;
      this.size = { width, height };
      this.host.requestUpdate();
    });
    this.observer.observe(this.host);
  }

  hostDisconnected(): void {
    this.observer?.disconnect();
  }
}
