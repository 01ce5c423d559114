const CODECS: Record<string, string> = {
  h264: "H.264",
  hevc: "H.265",
  mjpeg: "MJPEG",
  aac: "AAC",
  opus: "Opus",
  pcm_mulaw: "G.711 µ-law",
  pcm_alaw: "G.711 A-law",
};

/** What people call a codec that FFmpeg calls otherwise. */
export function codecName(codec: string): string {
  return CODECS[codec] ?? codec.toUpperCase();
}
