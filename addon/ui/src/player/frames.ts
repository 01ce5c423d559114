/** Tells for how long (s) each picture of a video is shown, as far as the browser says so; returns what ends that. */
export function watchFrames(video: HTMLVideoElement, tell: (seconds: number) => void): () => void {
  if (!("requestVideoFrameCallback" in video)) return () => {};
  let last: number | null = null;
  let handle = 0;
  const look = (_now: number, { mediaTime }: VideoFrameCallbackMetadata) => {
    if (last !== null && mediaTime > last && video.playbackRate <= 1) tell(mediaTime - last);
    last = mediaTime;
    handle = video.requestVideoFrameCallback(look);
  };
  handle = video.requestVideoFrameCallback(look);
  return () => video.cancelVideoFrameCallback(handle);
}
