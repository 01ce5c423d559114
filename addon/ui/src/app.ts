import {
  mdiBell,
  mdiBellOutline,
  mdiCctv,
  mdiDotsHorizontalCircle,
  mdiDotsHorizontalCircleOutline,
  mdiHistory,
} from "@mdi/js";
import { html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import "./elements/empty-state";
import "./elements/error-box";
import "./elements/icon";
import "./elements/page";
import "./elements/toast";
import { base } from "./elements/styles";
import { type Key, t } from "./i18n";
import "./link-banner";
import { shell } from "./app-styles";
import { retry } from "./retry";
import { go, Router } from "./router";
import { find, type NavItem, type Route } from "./routes";
import type { HomeScreen, Screen } from "./screen";
import { HERE, type Session } from "./session";
import { getLastHome } from "./settings";
import { Watch } from "./state";
import "./update-notice";

const NAV: { item: NavItem; title: Key; icon: string; active: string }[] = [
  { item: "cameras", title: "nav.cameras", icon: mdiCctv, active: mdiCctv },
  { item: "timeline", title: "nav.timeline", icon: mdiHistory, active: mdiHistory },
  { item: "alerts", title: "nav.alerts", icon: mdiBellOutline, active: mdiBell },
  { item: "more", title: "nav.more", icon: mdiDotsHorizontalCircleOutline, active: mdiDotsHorizontalCircle },
];

/** The shell: shows the screen of the current route, the navigation of the open home, and the state of its link. */
@customElement("am-app")
export class App extends LitElement {
  static override styles = [base, shell];

  @property({ attribute: false }) session!: Session;
  @state() private screen: Screen | null = null;
  @state() private failure: unknown = null;

  private route: Route | null = null;
  private left = new AbortController();
  private readonly router = new Router(this, () => void this.arrive());

  constructor() {
    super();
    new Watch(this, () => this.session);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.left = new AbortController();
    const { signal } = this.left;
    document.addEventListener("visibilitychange", this.wake, { signal });
    window.addEventListener("pageshow", this.wake, { signal });
    window.addEventListener("online", this.wake, { signal });
    signal.addEventListener(
      "abort",
      this.session.subscribe(() => this.hand()),
    );
    void this.arrive();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.left.abort();
  }

  /** The page is in front again, or the network changed: the link may be dead without knowing. */
  private readonly wake = () => {
    if (document.visibilityState === "visible") this.session.home?.transport.wake();
  };

  /** Shows the screen of the current path, or goes to where it makes sense to start. */
  private async arrive(): Promise<void> {
    const { path } = this.router;
    const found = find(path);
    const home = found?.params.home;
    if (
      !found ||
      (home !== undefined && !this.session.knows(home) && found.route.tag !== "am-paired-screen")
    ) {
      go(this.start(), { replace: true });
      return;
    }
    const { route, params } = found;
    document.title = `${t(route.title)} – Ambianic`;
    if (home !== undefined) void this.session.open(home).catch((error: unknown) => this.fail(error));
    if (this.screen && route.tag === this.route?.tag) {
      this.screen.params = params;
      return;
    }
    try {
      await retry(route.load);
    } catch {
      this.fail({ title: t("error.load"), detail: t("error.load.detail") });
      return;
    }
    if (path !== this.router.path) return;
    const screen = document.createElement(route.tag) as Screen;
    screen.session = this.session;
    screen.params = params;
    this.route = route;
    this.failure = null;
    if (this.screen) this.renderRoot.querySelector("main")?.focus({ preventScroll: true });
    this.screen = screen;
    this.hand();
    this.renderRoot.querySelector("main")?.scrollTo(0, 0);
  }

  private fail(error: unknown): void {
    this.failure = error;
    this.screen = null;
    this.route = null;
  }

  private start(): string {
    const { session } = this;
    if (session.place === "edge") return `#/home/${HERE}/cameras`;
    const last = getLastHome();
    const home = last && session.knows(last) ? last : session.homes[0]?.record.edge;
    return home ? `#/home/${encodeURIComponent(home)}/cameras` : "#/welcome";
  }

  private get ofHome(): boolean {
    return this.route?.path.startsWith("home/") ?? false;
  }

  /** Gives the screen the open home, once there is one. */
  private hand(): void {
    const { home } = this.session;
    if (this.screen && home && home.id === this.screen.params.home) (this.screen as HomeScreen).home = home;
  }

  override render() {
    const { home } = this.session;
    const ready = !this.ofHome || (home !== null && home.id === this.screen?.params.home);
    return html`
      ${this.ofHome ? this.navigation() : nothing}
      <div class="stage">
        ${this.ofHome && home ? html`<am-link-banner .home=${home}></am-link-banner>` : nothing}
        <main tabindex="-1">${this.content(ready)}</main>
      </div>
      <am-toasts></am-toasts>
      <am-update-notice></am-update-notice>
    `;
  }

  private content(ready: boolean) {
    if (this.failure)
      return html`<am-page><am-error .error=${this.failure} .retry=${() => location.reload()}></am-error></am-page>`;
    if (!ready || !this.screen)
      return html`<div class="waiting"><div class="skeleton"></div><div class="skeleton"></div></div>`;
    return this.screen;
  }

  private navigation() {
    const id = this.screen?.params.home ?? HERE;
    const current = this.route?.nav;
    return html`
      <nav aria-label=${t("nav.label")}>
        <img src="./icons/icon.svg" alt="" width="40" height="40" />
        ${NAV.filter(({ item }) => item !== "alerts" || this.session.place === "app").map(
          ({ item, title, icon, active }) => html`
            <a href="#/home/${encodeURIComponent(id)}/${item}" aria-current=${item === current ? "page" : nothing}>
              <span><am-icon .path=${item === current ? active : icon}></am-icon></span>${t(title)}
            </a>
          `,
        )}
      </nav>
    `;
  }
}
