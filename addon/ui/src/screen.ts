import { LitElement } from "lit";
import { property } from "lit/decorators.js";
import type { HomeContext } from "./home";
import type { Params } from "./router";
import type { Session } from "./session";
import { Watch } from "./state";

/** What a route shows. The shell sets the properties before the element is connected, and again when they change. */
export abstract class Screen extends LitElement {
  /** The values in the route's path. */
  @property({ attribute: false }) params: Params = {};
  @property({ attribute: false }) session!: Session;
}

/** A screen of a home; it is drawn anew with each change of the home's state or link. */
export abstract class HomeScreen extends Screen {
  @property({ attribute: false }) home!: HomeContext;

  constructor() {
    super();
    new Watch(this, () => this.home?.state);
    new Watch(this, () => this.home?.linkState);
  }
}
