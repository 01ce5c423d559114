// Load on PeerJS servers on this machine, bounded in sockets and seconds:
//
//   node load.js --server ws://127.0.0.1:PORT/peerjs=PID --server … --clients 2000 --rate 500 --seconds 5
//
// First all clients connect: what memory a socket takes. Then offers of 2.5 kB at a fixed rate between random pairs, to each server
// in turn, so that all meet the same moods of the machine: how long they take. Then a closed loop of small messages between 200
// pairs, one server after the other: what CPU a message takes. Prints one line of JSON, a list with an object for each server.
import { connectMany, now, option, options, sleep, usage } from "./clients.js";

const clients = Math.min(Number(option("clients", 2000)), 5000);
const rate = Math.min(Number(option("rate", 500)), 2000);
const milliseconds = Math.min(Number(option("seconds", 5)), 30) * 1000;
const PAIRS = 200;
const IN_FLIGHT = 8; // messages of a pair
const LARGE = "x".repeat(2500);
const SMALL = JSON.stringify({ pad: "x".repeat(200) });

class Server {
  sockets = [];
  latencies = [];
  sent = 0;
  messages = 0;
  #loop = false;

  constructor(word) {
    [this.url, this.pid] = word.split("=");
  }

  async connect() {
    const before = usage(this.pid).memory;
    const refusals = await connectMany(this.url, clients, this.sockets, {
      onMessage: (...message) => this.#receive(...message),
    });
    if (this.sockets.length !== clients)
      throw new Error(`only ${this.sockets.length} got in: ${JSON.stringify(refusals)}`);
    await sleep(1000);
    this.bytes = (usage(this.pid).memory - before) / clients;
  }

  offer() {
    const from = Math.floor(Math.random() * clients);
    const payload = { sent: now(), pad: LARGE };
    this.sockets[from].send(JSON.stringify({ type: "OFFER", dst: this.sockets[from ^ 1].peerId, payload }));
    this.sent++;
  }

  async loop() {
    const cpu = usage(this.pid).cpu;
    const began = now();
    this.#loop = true;
    for (let pair = 0; pair < PAIRS; pair++) {
      for (let message = 0; message < IN_FLIGHT; message++)
        this.#candidate(this.sockets[2 * pair], this.sockets[2 * pair + 1].peerId);
    }
    await sleep(milliseconds);
    this.#loop = false;
    this.cpu = usage(this.pid).cpu - cpu;
    this.seconds = (now() - began) / 1000;
  }

  #candidate(socket, dst) {
    socket.send(`{"type":"CANDIDATE","dst":"${dst}","payload":${SMALL}}`);
  }

  #receive(socket, message) {
    if (message.type === "OFFER") this.latencies.push(now() - message.payload.sent);
    else if (this.#loop) {
      this.messages++;
      this.#candidate(socket, message.src);
    }
  }

  get result() {
    return {
      bytes_per_socket: this.bytes,
      sent: this.sent,
      latencies_ms: this.latencies,
      messages: this.messages,
      messages_per_s: this.messages / this.seconds,
      cpu_us_per_message: (this.cpu / this.messages) * 1e6,
      lost_sockets: this.sockets.filter((socket) => socket.gone).length,
    };
  }
}

const servers = options("server").map((word) => new Server(word));
for (const server of servers) await server.connect();
for (const began = now(); now() - began < milliseconds; await sleep(1)) {
  for (const due = ((now() - began) / 1000) * rate; servers[0].sent < due; ) {
    // Whoever is first finds the processor awake, or not.
    servers.reverse();
    for (const server of servers) server.offer();
  }
}
servers.sort(
  (a, b) => options("server").indexOf(`${a.url}=${a.pid}`) - options("server").indexOf(`${b.url}=${b.pid}`),
);
await sleep(500);
for (const server of servers) {
  await server.loop();
  await sleep(500);
}
process.stdout.write(`${JSON.stringify(servers.map((server) => server.result))}\n`, () => process.exit(0));
