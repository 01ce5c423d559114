import { mdiCameraOffOutline } from "@mdi/js";
import { css, html, nothing } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import { base } from "../elements/styles";
import { type Key, t } from "../i18n";
import { setTarget } from "../pairing-target";
import { parseLink } from "../remote";
import { go } from "../router";
import { Screen } from "../screen";

/** Milliseconds between two looks at the camera's picture. */
const PACE = 120;
/** The picture is made at most this wide before it is looked at; a code that fills a third of it is still readable. */
const WIDTH = 800;

/** Reads the QR code that Home Assistant shows with the phone's camera. Nothing of the picture leaves this page. */
@customElement("am-scan-screen")
export class ScanScreen extends Screen {
  static override styles = [
    base,
    css`
      .view {
        position: relative;
        aspect-ratio: 3 / 4;
        max-height: 64dvh;
        border-radius: 28px;
        overflow: hidden;
        background: #000;
      }

      video {
        width: 100%;
        height: 100%;
        object-fit: cover;
      }

      .aim {
        position: absolute;
        inset: 0;
        margin: auto;
        width: min(64%, 300px);
        aspect-ratio: 1;
        border: 4px solid #fff;
        border-radius: 28px;
        box-shadow: 0 0 0 100vmax rgb(0 0 0 / 35%);
      }

      p {
        text-align: center;
      }
    `,
  ];

  @state() private trouble: Key | null = null;
  @state() private foreign = false;
  @query("video") private video!: HTMLVideoElement;
  private stream: MediaStream | null = null;
  private gone = false;

  override firstUpdated(): void {
    void this.start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.gone = true;
    for (const track of this.stream?.getTracks() ?? []) track.stop();
  }

  override render() {
    return html`
      <am-page .heading=${t("scan.title")} back="#/welcome">
        ${
          this.trouble
            ? html`<am-empty
                .icon=${mdiCameraOffOutline}
                .heading=${t(this.trouble)}
                .text=${t(`${this.trouble}.detail` as Key)}
              ></am-empty>`
            : nothing
        }
        <div class="view" ?hidden=${this.trouble !== null}>
          <video playsinline muted></video>
          <div class="aim"></div>
        </div>
        <p class="soft" role="status">${this.foreign ? t("scan.foreign") : this.trouble ? nothing : t("scan.text")}</p>
      </am-page>
    `;
  }

  private async start(): Promise<void> {
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment", width: { ideal: 1280 } },
      });
    } catch (error) {
      const refused = error instanceof DOMException && error.name === "NotAllowedError";
      this.trouble = refused ? "scan.refused" : "scan.none";
      return;
    }
    if (this.gone) {
      this.disconnectedCallback();
      return;
    }
    this.video.srcObject = this.stream;
    await this.video.play();
    await this.watch();
  }

  private async watch(): Promise<void> {
    const { default: decode } = await import("qr/decode.js");
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D;
    while (!this.gone) {
      const { videoWidth, videoHeight } = this.video;
      if (videoWidth > 0) {
        const scale = Math.min(1, WIDTH / videoWidth);
        canvas.width = Math.round(videoWidth * scale);
        canvas.height = Math.round(videoHeight * scale);
        context.drawImage(this.video, 0, 0, canvas.width, canvas.height);
        const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
        if (this.read(() => decode({ data, width, height }))) return;
      }
      await new Promise((resolve) => setTimeout(resolve, PACE));
    }
  }

  /** True where a code of a home was read. */
  private read(decode: () => string): boolean {
    let text: string;
    try {
      text = decode();
    } catch {
      return false; // no code in this picture
    }
    const hash = text.slice(text.indexOf("#"));
    if (!parseLink(hash)) {
      this.foreign = true;
      return false;
    }
    setTarget({ kind: "link", hash });
    go("#/pair", { replace: true });
    return true;
  }
}
