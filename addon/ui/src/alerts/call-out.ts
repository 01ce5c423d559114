import type { HomeContext } from "../home";
import type { HomeEvent } from "../model";
import { calloutOf, showAlert } from "./alert-toast";
import { Alerter } from "./alerter";
import { notify } from "./notify";
import { rulesOf } from "./phone-rules";
import type { Push } from "./push";

/**
 * Calls out what happens at a home by the rules of this phone, for as long as the app runs, and lets the home know where to send alerts
 * while it does not; returns what ends that.
 */
export function callOut(home: HomeContext, push: Pick<Push, "leave" | "lost">): () => void {
  const rules = rulesOf(home);
  if (!rules) return () => {};
  const call = (event: HomeEvent) => {
    if (document.visibilityState === "visible") showAlert(calloutOf(home, event));
    else void notify(home, event);
  };
  const alerter = new Alerter(() => rules.rules, call);
  const endListening = home.state.listen((message) => {
    // The stream began anew: the rules may have changed meanwhile.
    if (message.type === "state") {
      void rules.load();
      const own = home.state.phones.find(({ id }) => id === home.phoneId);
      if (own?.push === false) void push.lost(home.id);
    }
    alerter.hear(message);
  });
  const endWatching = home.transport.onState((state) => {
    if (state === "revoked") void push.leave(home.id);
  });
  void rules.load();
  return () => {
    endListening();
    endWatching();
    rules.close();
  };
}
