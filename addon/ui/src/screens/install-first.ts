import { mdiCellphoneArrowDown, mdiContentCopy } from "@mdi/js";
import { html, nothing } from "lit";
import { toast } from "../elements/toast";
import { t } from "../i18n";

interface Options {
  /** The hash of an invitation that was opened here, to be taken over into the app. */
  invitation: string | null;
  anyway: () => void;
}

/** Why to install the app before pairing, and how to go on there. */
export function installFirst({ invitation, anyway }: Options) {
  const copy = async () => {
    await navigator.clipboard.writeText(new URL(invitation ?? "", document.baseURI).href);
    toast(t("invite.copied"));
  };
  return html`
    <section class="card stack">
      <div class="row"><am-icon .path=${mdiCellphoneArrowDown}></am-icon><h2>${t("install.heading")}</h2></div>
      <p class="soft">${t("install.text")}</p>
      ${
        invitation === null
          ? nothing
          : html`<button class="primary" @click=${copy}><am-icon .path=${mdiContentCopy}></am-icon>${t("install.copy")}</button>
              <p class="soft small">${t("install.copy.detail")}</p>`
      }
      <button class="quiet" @click=${anyway}>${t("install.anyway")}</button>
    </section>
  `;
}
