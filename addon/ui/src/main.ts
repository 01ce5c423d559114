import { App } from "./app";
import "./device";
import { speak } from "./languages";
import { takeLink } from "./pairing-target";
import { findPlace } from "./place";
import { retry } from "./retry";
import { go } from "./router";
import { register } from "./service-worker";
import { Session } from "./session";
import { applyTheme, getLanguage } from "./settings";

applyTheme();
const invited = takeLink();
const [place] = await Promise.all([findPlace(), speak(getLanguage())]);
const session = new Session(place);
await session.load();
if (place === "app") {
  void register();
  void retry(() => import("./alerts/start")).then(({ startAlerts }) => startAlerts(session));
}
if (invited) go("#/pair", { replace: true });

function show(): void {
  const app = new App();
  app.session = session;
  document.body.replaceChildren(app);
}

// A link that is opened while the app runs only changes the hash; it is taken before the router sees it.
window.addEventListener("hashchange", (event) => {
  if (!takeLink()) return;
  event.stopImmediatePropagation();
  go("#/pair", { replace: true });
  show();
});
window.addEventListener("ambianic-language", show);
show();
