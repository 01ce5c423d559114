import type { ReactiveController, ReactiveControllerHost } from "lit";
import { ScreenLock } from "../live/wake-lock";

/** Safari on iPhones can show only the video itself on the full screen. */
type AppleVideo = HTMLVideoElement & { webkitEnterFullscreen?: () => void };

/** Milliseconds without a touch after which the controls leave the full screen. */
const IDLE = 3000;

/** Shows an element on the full screen; the screen stays on meanwhile. */
export class FullScreen implements ReactiveController {
  on = false;
  /** Nobody has touched anything for a while. */
  idle = false;

  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly screen = new ScreenLock();

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }

  hostDisconnected(): void {
    clearTimeout(this.timer);
    this.screen.release();
  }

  toggle(frame: HTMLElement, video: HTMLVideoElement): void {
    if (document.fullscreenElement) void document.exitFullscreen();
    else if (frame.requestFullscreen) frame.requestFullscreen().catch(() => {});
    else (video as AppleVideo).webkitEnterFullscreen?.();
  }

  readonly changed = (): void => {
    this.on = document.fullscreenElement !== null;
    if (this.on) this.screen.hold();
    else this.screen.release();
    this.stir();
  };

  /** Somebody is there. */
  readonly stir = (): void => {
    clearTimeout(this.timer);
    this.show(false);
    if (this.on) this.timer = setTimeout(() => this.show(true), IDLE);
  };

  private show(idle: boolean): void {
    this.idle = idle;
    this.host.requestUpdate();
  }
}
