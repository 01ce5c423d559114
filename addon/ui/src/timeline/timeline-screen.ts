import { html } from "lit";
import { customElement } from "lit/decorators.js";
import { HomeScreen } from "../screen";
import { toldOf } from "./home-timeline";
import "./timeline-view";

/** All that happened in front of a home's cameras, newest first. */
@customElement("am-timeline-screen")
export class TimelineScreen extends HomeScreen {
  override render() {
    const { home } = this;
    return html`<am-timeline-view
      .told=${toldOf(home)}
      .homes=${new Map([[home.id, home]])}
      .scroller=${this.closest("main") ?? document.documentElement}
      .link=${home.link("timeline")}
      .others=${this.session.homes.length > 1}
    ></am-timeline-view>`;
  }
}
