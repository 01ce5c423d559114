// Clients of a PeerJS server on this machine, and what its process uses.
import fs from "node:fs";
import WebSocket from "ws";

const CONNECTING = 50; // at the same time
const PATIENCE = 15_000;

export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
export const now = () => Number(process.hrtime.bigint()) / 1e6;

/** The value of --NAME, or all of them where it may be given several times. */
export function option(name, otherwise) {
  return options(name).at(-1) ?? otherwise;
}

export function options(name) {
  return process.argv.filter((_, index) => process.argv[index - 1] === `--${name}`);
}

/** CPU in seconds and memory in bytes that a process has used. */
export function usage(pid) {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const resident = /VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"))[1];
  return { cpu: (Number(fields[11]) + Number(fields[12])) / 100, memory: Number(resident) * 1024 };
}

/** Connect one client; `id` and `localAddress` are its own. Resolves to an open socket or to the reason why there is none. */
function connect(url, id, localAddress, onMessage) {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${url}?key=peerjs&id=${id}&token=token&version=1.5.5`, {
      perMessageDeflate: false,
      localAddress,
    });
    const timer = setTimeout(() => resolve("timeout"), PATIENCE);
    const settle = (result) => {
      clearTimeout(timer);
      resolve(result);
    };
    socket.peerId = id;
    socket.on("error", (error) => settle(error.code ?? error.message));
    socket.on("close", () => {
      socket.gone = true;
    });
    socket.on("message", (data) => {
      const message = JSON.parse(data);
      if (message.type === "OPEN") settle(socket);
      else if (message.type === "ERROR" || message.type === "ID-TAKEN") settle(message.payload.msg);
      else onMessage(socket, message);
    });
  });
}

/** Connect many clients, which join `sockets` one by one. Resolves to how often each reason was given for not getting in. */
export async function connectMany(
  url,
  count,
  sockets,
  { prefix = "load", localAddress = "127.0.0.1", onMessage = () => {} } = {},
) {
  if (!/^ws:\/\/127\.0\.0\.1:\d+\/peerjs$/.test(url))
    throw new Error("ws://127.0.0.1:PORT/peerjs: nothing but loopback");
  const refusals = {};
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const result = await connect(url, `${prefix}-${next++}`, localAddress, onMessage);
      if (typeof result === "string") refusals[result] = (refusals[result] ?? 0) + 1;
      else sockets.push(result);
    }
  };
  await Promise.all(Array.from({ length: CONNECTING }, worker));
  return refusals;
}
