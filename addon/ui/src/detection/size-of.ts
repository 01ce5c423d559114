import type { ReactiveController, ReactiveControllerHost } from "lit";

export interface Size {
  width: number;
  height: number;
}

/** How large an element is on the screen (px); draws it anew when that changes. Null before it is known. */
export class SizeOf implements ReactiveController {
  value: Size | null = null;
  private readonly observer: ResizeObserver;

  constructor(private readonly host: ReactiveControllerHost & Element) {
    this.observer = new ResizeObserver(([entry]) => {
      const { width, height } = (entry as ResizeObserverEntry).contentRect;
      this.value = width > 0 && height > 0 ? { width, height } : null;
      this.host.requestUpdate();
    });
    host.addController(this);
  }

  hostConnected(): void {
    this.observer.observe(this.host);
  }

  hostDisconnected(): void {
    this.observer.disconnect();
  }
}
