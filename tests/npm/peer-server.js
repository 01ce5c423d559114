// The stock PeerServer (npm peer) on this machine: node peer-server.js PORT
import { PeerServer } from "peer";

PeerServer(
  { host: "127.0.0.1", port: Number(process.argv[2]), path: "/", key: "peerjs", concurrent_limit: 6000 },
  () => console.log("listening"),
);
