import { Api } from "./api";
import type { Role } from "./model";
import { link } from "./router";
import { HomeState } from "./state";
import type { Transport } from "./transport";

/** The home that is open: what every screen of a home gets. */
export class HomeContext {
  readonly api: Api;
  readonly state: HomeState;
  private readonly ends: (() => void)[] = [];

  constructor(
    /** The id of the home's edge, or "here" on the edge's own page. */
    readonly id: string,
    /** What the home called itself last time. */
    private readonly lastName: string,
    readonly transport: Transport,
    /** What whoever looks may do: an admin everything, an owner all but cameras' addresses and remote access, a viewer look. */
    readonly role: Role | "admin",
    /** This phone's id at the home; null on the edge's own page. */
    readonly phoneId: string | null,
    /** What the person calls it on this phone, if anything else. */
    private readonly alias: string | null = null,
  ) {
    this.api = new Api(transport);
    this.state = new HomeState(transport);
  }

  get name(): string {
    return this.alias ?? this.state.info?.name ?? this.lastName;
  }

  /** A link to a screen of this home: `home.link("cameras", camera.id)`. */
  link(...parts: string[]): string {
    return link("home", this.id, ...parts);
  }

  /** For `Watch`: tells of changes of the link's state. */
  readonly linkState = { subscribe: (listener: () => void) => this.transport.onState(listener) };

  /** Calls this when the home is closed. */
  onClose(end: () => void): void {
    this.ends.push(end);
  }

  close(): void {
    for (const end of this.ends) end();
    this.state.close();
    this.transport.close();
  }
}
