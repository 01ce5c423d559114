/** SHA-256 of the certificates of a DTLS connection, 32 bytes each. */
export interface Certificates {
  phone: Uint8Array<ArrayBuffer>;
  hub: Uint8Array<ArrayBuffer>;
}

/** The certificates in use: the home's as DTLS saw it, or, in browsers that do not tell, as the signed SDP names it. */
export async function certificatesOf(peer: RTCPeerConnection): Promise<Certificates> {
  const transport = peer.sctp?.transport as { getRemoteCertificates?: () => ArrayBuffer[] } | undefined;
  const seen = transport?.getRemoteCertificates?.()[0];
  return {
    phone: fingerprint(peer.localDescription),
    hub: seen
      ? new Uint8Array(await crypto.subtle.digest("SHA-256", seen))
      : fingerprint(peer.remoteDescription),
  };
}

function fingerprint(description: RTCSessionDescription | null): Uint8Array<ArrayBuffer> {
  const hex = description?.sdp.match(/^a=fingerprint:sha-256 ((?:[0-9a-f]{2}:){31}[0-9a-f]{2})\s*$/im)?.[1];
  if (!hex) throw new TypeError("The description names no certificate.");
  return Uint8Array.from(hex.split(":"), (byte) => Number.parseInt(byte, 16));
}
