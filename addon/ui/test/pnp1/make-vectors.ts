/** Prints the vectors that only the TypeScript phone can make: P3, an offer and its candidates. For tests/vectors/pnp1/generate.py. */

import { encode, envelope, type P2, PhonePairing, parseMessage, SealedOffer } from "../../src/pnp1";
import { homeRecord, keyPair, load, stream } from "./vectors";

const directory = process.argv[2] as string;
const keys = await keyPair(directory, "IKc", "ECDSA");
const record = await homeRecord(directory);
const { now, sdp, candidates } = load(directory, "connect");

const p3 = [];
for (const run of load(directory, "pairing")) {
  const pairing = await PhonePairing.start(run.pid, run.secret, await stream(run.seed_phone));
  const p2 = parseMessage(run.messages[1].type, run.messages[1].payload) as P2;
  p3.push({ method: run.method, ...envelope(await pairing.p3(p2, keys, run.name)) });
}

const offer = await SealedOffer.of(record, sdp, { now });
const sealed = [];
for (const { candidate } of candidates) {
  const { n, box } = await offer.trickle.seal(candidate);
  sealed.push({ n, box: encode(box), candidate });
}
console.log(JSON.stringify({ p3, offer: encode(offer.box), candidates: sealed }));
