/** A length, or a place in it, such as "0:07" or "1:02:03". */
export function elapsed(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds + 0.001));
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}
