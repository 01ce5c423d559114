import { mdiShieldKeyOutline } from "@mdi/js";
import { html } from "lit";
import type { NoKeyStorage } from "../homes";
import { t } from "../i18n";

/** Why this browser can't be paired: nothing is offered that would not last or not be safe. */
export function keyless(trouble: NoKeyStorage) {
  const insecure = trouble.reason === "insecure";
  return html`
    <section class="card">
      <am-empty
        .icon=${mdiShieldKeyOutline}
        .heading=${insecure ? t("keyless.insecure") : t("keyless.refused")}
        .text=${insecure ? t("keyless.insecure.detail") : t("keyless.refused.detail")}
      ></am-empty>
    </section>
  `;
}
