// Many idle sockets on a PeerJS server on this machine: prints how many it got as one line of JSON, holds them until its
// standard input ends, then prints how many are left.
//
//   node hold.js --url ws://127.0.0.1:PORT/peerjs --clients 10000 --address 127.0.0.2
import { connectMany, option } from "./clients.js";

const clients = Math.min(Number(option("clients")), 20_000);
const address = option("address", "127.0.0.1");
const sockets = [];
// As stock clients do, though less often: who is silent for long is taken for gone.
const HEARTBEAT = JSON.stringify({ type: "HEARTBEAT" });
setInterval(() => {
  for (const socket of sockets) socket.send(HEARTBEAT);
}, 20_000);
const refusals = await connectMany(option("url"), clients, sockets, {
  prefix: `hold-${process.pid}`,
  localAddress: address,
});
const print = () =>
  console.log(JSON.stringify({ held: sockets.filter((socket) => !socket.gone).length, refusals }));
print();
process.stdin.resume();
process.stdin.on("end", () => {
  print();
  process.exit(0);
});
