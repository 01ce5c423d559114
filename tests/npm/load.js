// Load on a PeerJS server on this machine, bounded in sockets and seconds:
//
//   node load.js --url ws://127.0.0.1:PORT/peerjs --pid PID --clients 2000 --rate 500 --seconds 5
//
// First all clients connect: what memory a socket takes. Then offers of 2.5 kB at a fixed rate between random pairs: how long
// they take. Then a closed loop of small messages between 200 pairs: what CPU a message takes. Prints one line of JSON.
import { connectMany, now, option, serverUrl, sleep, usage } from "./clients.js";

const pid = Number(option("pid"));
const clients = Math.min(Number(option("clients", 2000)), 5000);
const rate = Math.min(Number(option("rate", 500)), 5000);
const milliseconds = Math.min(Number(option("seconds", 5)), 30) * 1000;
const PAIRS = 200;
const IN_FLIGHT = 8; // messages of a pair
const LARGE = "x".repeat(2500);
const SMALL = "x".repeat(200);

let receive = () => {};
const before = usage(pid);
const { sockets, refusals } = await connectMany(serverUrl(), clients, { onMessage: (...message) => receive(...message) });
if (sockets.length !== clients) throw new Error(`only ${sockets.length} clients got in: ${JSON.stringify(refusals)}`);
await sleep(1000);
const bytesPerSocket = (usage(pid).memory - before.memory) / clients;

const latencies = [];
receive = (_socket, message) => latencies.push(now() - message.payload.sent);
let sent = 0;
for (const began = now(); now() - began < milliseconds; await sleep(1)) {
  for (const due = ((now() - began) / 1000) * rate; sent < due; sent++) {
    const from = Math.floor(Math.random() * clients);
    sockets[from].send(JSON.stringify({ type: "OFFER", dst: sockets[from ^ 1].peerId, payload: { sent: now(), pad: LARGE } }));
  }
}
await sleep(500);
latencies.sort((a, b) => a - b);
const delivered = latencies.length;

let count = 0;
let stopped = false;
receive = (socket, message) => {
  count++;
  if (!stopped) socket.send(JSON.stringify({ type: "CANDIDATE", dst: message.src, payload: { pad: SMALL } }));
};
const busy = usage(pid);
const began = now();
for (let pair = 0; pair < PAIRS; pair++) {
  for (let message = 0; message < IN_FLIGHT; message++) {
    sockets[2 * pair].send(JSON.stringify({ type: "CANDIDATE", dst: sockets[2 * pair + 1].peerId, payload: { pad: SMALL } }));
  }
}
await sleep(milliseconds);
stopped = true;
const seconds = (now() - began) / 1000;
const cpu = usage(pid).cpu - busy.cpu;

console.log(
  JSON.stringify({
    bytes_per_socket: bytesPerSocket,
    sent,
    delivered,
    p50_ms: latencies[Math.floor(delivered * 0.5)],
    p99_ms: latencies[Math.floor(delivered * 0.99)],
    messages: count,
    messages_per_s: count / seconds,
    cpu_us_per_message: (cpu / count) * 1e6,
    cpu_percent: (100 * cpu) / seconds,
    lost_sockets: sockets.filter((socket) => socket.gone).length,
  }),
);
process.exit(0);
