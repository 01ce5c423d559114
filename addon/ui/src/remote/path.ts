/** Whether the data goes straight to the home or through a relay; null while the browser does not know. */
export async function pathOf(peer: RTCPeerConnection): Promise<"direct" | "relayed" | null> {
  const reports = new Map<string, Record<string, unknown>>();
  (await peer.getStats()).forEach((report: Record<string, unknown>) => {
    reports.set(String(report.id), report);
  });
  const pair = selected([...reports.values()]);
  const ends = [pair?.localCandidateId, pair?.remoteCandidateId].map((id) => reports.get(String(id)));
  if (!ends[0]) return null;
  return ends.some((end) => end?.candidateType === "relay") ? "relayed" : "direct";
}

function selected(reports: Record<string, unknown>[]): Record<string, unknown> | undefined {
  const id = reports.find((report) => report.type === "transport")?.selectedCandidatePairId;
  return reports.find(
    (report) =>
      report.type === "candidate-pair" &&
      (id ? report.id === id : report.selected || (report.nominated && report.state === "succeeded")),
  );
}
