import type { Api } from "../api";
import type { Camera, Detection, LabelFilter } from "../model";

/** What lets everything through. */
export const NO_FILTER: LabelFilter = {
  min_area: 0,
  max_area: 1,
  min_ratio: 0,
  max_ratio: 100,
  min_seconds: 0,
  zones: [],
};

/** How sure the detector has to be of a label that is chosen anew. */
const FIRST_SCORE = 0.5;

/** How long (ms) what the edge said last counts, where the home's stream still tells of what was before. */
const SETTLING = 3000;

/** A camera's detection while it is set: each choice shows at once, and is kept one after another. */
export class DetectionSettings {
  /** Why the last choice was not kept. */
  error: unknown = null;
  /** What the person chose, until the camera's own state says so. */
  private chosen: Partial<Detection> = {};
  private answered = 0;
  private waiting = 0;
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly api: Api,
    private camera: Camera,
    private readonly changed: () => void,
  ) {}

  get value(): Detection {
    return { ...this.camera.detection, ...this.chosen };
  }

  /** The camera as the home tells of it now. */
  follow(camera: Camera): void {
    this.camera = camera;
    if (this.waiting > 0) return;
    const told = JSON.stringify({ ...camera.detection, ...this.chosen }) === JSON.stringify(camera.detection);
    if (told || Date.now() - this.answered > SETTLING) this.chosen = {};
  }

  filter(label: string): LabelFilter {
    return this.value.filters[label] ?? NO_FILTER;
  }

  /** Looks for a label, or no longer. What was set for it stays for the next time. */
  toggle(label: string): void {
    const { [label]: had, ...others } = this.value.labels;
    this.set({ labels: had === undefined ? { ...this.value.labels, [label]: FIRST_SCORE } : others });
  }

  setScore(label: string, score: number): void {
    this.set({ labels: { ...this.value.labels, [label]: score } });
  }

  setFilter(label: string, changes: Partial<LabelFilter>): void {
    const filter = { ...this.filter(label), ...changes };
    const { [label]: _before, ...others } = this.value.filters;
    const plain = JSON.stringify(filter) === JSON.stringify(NO_FILTER);
    this.set({ filters: plain ? others : { ...others, [label]: filter } });
  }

  set(changes: Partial<Detection>): void {
    const path = `/api/v1/cameras/${encodeURIComponent(this.camera.id)}`;
    this.chosen = { ...this.chosen, ...changes };
    this.error = null;
    this.waiting += 1;
    this.changed();
    this.last = this.last.then(async () => {
      try {
        const { detection } = await this.api.patch<Camera>(path, { detection: changes });
        this.answered = Date.now();
        if (this.waiting === 1) this.chosen = detection;
      } catch (error) {
        this.error = error;
        this.chosen = {};
      }
      this.waiting -= 1;
      this.changed();
    });
  }
}
