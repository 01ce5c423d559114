import { html, render } from "lit";
import { t } from "../i18n";
import type { Dialog } from "./dialog";
import "./dialog";
import { base } from "./styles";

interface Question {
  heading: string;
  text: string;
  /** What the button that goes ahead says: a verb. */
  action: string;
  danger?: boolean;
}

/** Asks before something that matters; true where the person goes ahead. */
export async function confirm(question: Question): Promise<boolean> {
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [base.styleSheet as CSSStyleSheet];
  document.body.append(host);
  render(
    html`
      <am-dialog .heading=${question.heading}>
        <p>${question.text}</p>
        <button slot="actions" class="quiet" @click=${() => dialog.close()}>${t("common.cancel")}</button>
        <button slot="actions" class=${question.danger ? "danger" : "primary"} @click=${() => dialog.close("yes")}>
          ${question.action}
        </button>
      </am-dialog>
    `,
    root,
  );
  const dialog = root.querySelector("am-dialog") as Dialog;
  try {
    return (await dialog.ask()) === "yes";
  } finally {
    host.remove();
  }
}
