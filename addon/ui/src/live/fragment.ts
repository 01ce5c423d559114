/** Candidates as an SDP fragment (RFC 8840) that belongs to the offer. All have the m-line of the first: with BUNDLE there is one transport. */
export function candidateFragment(offer: string, candidates: readonly RTCIceCandidate[]): string {
  const lines = offer.split(/\r?\n/);
  const first = (start: string) => lines.find((line) => line.startsWith(start));
  return [
    first("a=ice-ufrag:"),
    first("a=ice-pwd:"),
    first("m="),
    first("a=mid:"),
    ...candidates.map(({ candidate }) => (candidate ? `a=${candidate}` : "a=end-of-candidates")),
  ]
    .filter((line) => line !== undefined)
    .map((line) => `${line}\r\n`)
    .join("");
}
