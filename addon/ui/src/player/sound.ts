/** Whether recordings are played without sound: as the person left it, and silent at first. */
export function isMuted(): boolean {
  return localStorage.getItem("sound") !== "on";
}

export function setMuted(muted: boolean): void {
  if (muted) localStorage.removeItem("sound");
  else localStorage.setItem("sound", "on");
}
