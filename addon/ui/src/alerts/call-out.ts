import type { HomeContext } from "../home";
import type { HomeEvent } from "../model";
import { showAlert } from "./alert-toast";
import { Alerter } from "./alerter";
import { notify } from "./notify";
import { rulesOf } from "./phone-rules";

/** Calls out what happens at a home by the rules of this phone, for as long as the app runs; returns what ends that. */
export function callOut(home: HomeContext): () => void {
  const rules = rulesOf(home);
  if (!rules) return () => {};
  const call = (event: HomeEvent) => {
    if (document.visibilityState === "visible") showAlert(home, event);
    else void notify(home, event);
  };
  const alerter = new Alerter(() => rules.rules, call);
  const end = home.state.listen((message) => {
    // The stream began anew: the rules may have changed meanwhile.
    if (message.type === "state") void rules.load();
    alerter.hear(message);
  });
  void rules.load();
  return () => {
    end();
    rules.close();
  };
}
