/** Plays a video, without sound where the browser wants a tap first; `refused` is called where it does not play even that. */
export async function playVideo(video: HTMLVideoElement, refused: () => void): Promise<void> {
  try {
    await video.play();
  } catch (error) {
    if (!(error instanceof DOMException) || error.name !== "NotAllowedError") return;
    if (video.muted) refused();
    else {
      video.muted = true;
      await playVideo(video, refused);
    }
  }
}
