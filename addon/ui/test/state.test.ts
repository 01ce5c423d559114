import { LitElement } from "lit";
import { beforeEach, describe, expect, it } from "vitest";
import type { Camera, Phone } from "../src/model";
import { HomeState, Watch } from "../src/state";
import type { StreamMessage, Transport } from "../src/transport";

/** A transport whose stream says what the test says. */
class Line {
  private readonly followers = new Set<(message: StreamMessage) => void>();
  readonly transport = {
    follow: (listener: (message: StreamMessage) => void) => {
      this.followers.add(listener);
      return () => this.followers.delete(listener);
    },
  } as Pick<Transport, "follow"> as Transport;

  say(message: StreamMessage): void {
    for (const follower of this.followers) follower(message);
  }

  get followed(): number {
    return this.followers.size;
  }
}

const camera = (id: string, name: string) => ({ id, name }) as Camera;
const phone = (id: string) => ({ id }) as Phone;
const info = { id: "edge", name: "Home" };

let line: Line;
let state: HomeState;

beforeEach(() => {
  line = new Line();
  state = new HomeState(line.transport);
});

describe("HomeState", () => {
  it("takes the whole state, then every change", () => {
    line.say({
      type: "state",
      info,
      cameras: [camera("a", "Door")],
      phones: [phone("p")],
      pairing: { state: "closed" },
      remote: { enabled: true },
    });
    line.say({ type: "camera", camera: camera("b", "Garden") });
    line.say({ type: "camera", camera: camera("a", "Front door") });
    line.say({ type: "phones", phones: [] });
    line.say({ type: "pairing", pairing: { state: "open", id: "1" } });
    line.say({ type: "remote", remote: { enabled: false } });
    line.say({ type: "info", info: { ...info, name: "Elsewhere" } });
    expect(state.cameras.map(({ name }) => name)).toEqual(["Front door", "Garden"]);
    expect(state.camera("b")?.name).toBe("Garden");
    expect(state.phones).toEqual([]);
    expect(state.pairing).toEqual({ state: "open", id: "1" });
    expect(state.remote).toEqual({ enabled: false });
    expect(state.info?.name).toBe("Elsewhere");
    line.say({ type: "camera_removed", id: "a" });
    expect(state.cameras.map(({ id }) => id)).toEqual(["b"]);
  });

  it("forgets what a new whole state no longer has", () => {
    line.say({
      type: "state",
      info,
      cameras: [camera("a", "Door")],
      phones: [phone("p")],
      remote: { enabled: true },
    });
    line.say({ type: "state", info, cameras: [] });
    expect([state.cameras, state.phones, state.remote, state.pairing]).toEqual([
      [],
      [],
      null,
      { state: "closed" },
    ]);
  });

  it("replaces what changed and nothing else", () => {
    line.say({ type: "state", info, cameras: [camera("a", "Door"), camera("b", "Garden")] });
    const before = state.cameras;
    line.say({ type: "phones", phones: [phone("p")] });
    expect(state.cameras).toBe(before);
    line.say({ type: "camera", camera: camera("a", "Gate") });
    expect(state.cameras).not.toBe(before);
    expect(state.cameras[1]).toBe(before[1]);
  });

  it("passes every message on, also those that it does not keep, until told to end", () => {
    const heard: string[] = [];
    const end = state.listen(({ type }) => heard.push(type));
    line.say({ type: "event", event: { id: "1" } });
    end();
    line.say({ type: "event", event: { id: "2" } });
    expect(heard).toEqual(["event"]);
  });

  it("leaves the stream when it is closed", () => {
    let changes = 0;
    state.subscribe(() => changes++);
    state.close();
    expect(line.followed).toBe(0);
    expect(changes).toBe(0);
  });
});

describe("Watch", () => {
  class Element extends LitElement {
    static override properties = { state: { attribute: false } };
    declare state: HomeState | undefined;
    draws = 0;
    constructor() {
      super();
      new Watch(this, () => this.state);
    }
    override render() {
      this.draws++;
      return this.state?.cameras.length;
    }
  }
  customElements.define("test-watch", Element);

  it("draws anew with each change of what is watched, also after that was exchanged", async () => {
    const element = new Element();
    element.state = state;
    document.body.append(element);
    await element.updateComplete;
    line.say({ type: "state", info, cameras: [camera("a", "Door")] });
    await element.updateComplete;
    expect(element.shadowRoot?.textContent).toBe("1");

    const other = new Line();
    element.state = new HomeState(other.transport);
    await element.updateComplete;
    const { draws } = element;
    line.say({ type: "camera", camera: camera("b", "Garden") });
    await element.updateComplete;
    expect(element.draws).toBe(draws);
    other.say({ type: "state", info, cameras: [] });
    await element.updateComplete;
    expect(element.shadowRoot?.textContent).toBe("0");
  });

  it("stops when the element is gone, and starts again with it", async () => {
    const element = new Element();
    element.state = state;
    document.body.append(element);
    await element.updateComplete;
    element.remove();
    const { draws } = element;
    line.say({ type: "state", info, cameras: [] });
    await element.updateComplete;
    expect(element.draws).toBe(draws);
    document.body.append(element);
    line.say({ type: "camera", camera: camera("a", "Door") });
    await element.updateComplete;
    expect(element.shadowRoot?.textContent).toBe("1");
  });
});
