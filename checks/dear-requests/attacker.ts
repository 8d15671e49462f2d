// Runs one attack in a separate process: `attacker.ts NAME PORT`. It starts after the line `on` on its input, and
// pauses after `off`. Then it closes all connections, and prints the number of responses with each status.
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { attacks } from "./attacks.ts";

const [name, port] = process.argv.slice(2);
const attack = attacks.find((each) => each.name === name);
if (!attack) throw new Error(`there is no attack ${name}`);
const { connections } = attack;
const requests = attack.requests();

let replies: Record<string, number> = {};
let connected: Socket[] = [];
const heads = /^HTTP\/1\.1 (\d{3}) [\s\S]*?\r\ncontent-length: (\d+)\r\n/i;

/**
 * Sends the next request after the whole response. It parses as little as possible, because the registry uses the
 * same cores.
 */
function attackOver(socket: Socket, first: number): void {
  let nth = first;
  let left = 0;
  let head = "";
  const send = () => {
    socket.write(requests[nth % requests.length]!);
    nth += 1;
  };
  socket.on("data", (bytes: Buffer) => {
    if (left > 0) {
      left -= bytes.length;
    } else {
      head += bytes.toString("latin1");
      const headEnd = head.indexOf("\r\n\r\n");
      if (headEnd < 0) return;
      const [, status = "strange", length] = heads.exec(head) ?? [];
      replies[status] = (replies[status] ?? 0) + 1;
      left = headEnd + 4 + Number(length ?? 0) - head.length;
      head = "";
    }
    if (left <= 0) send();
  });
  socket.on("error", () => undefined);
  send();
}

function begin(): void {
  replies = {};
  connected = Array.from({ length: connections }, (_, first) => {
    const socket = connect({ port: Number(port), host: "127.0.0.1", noDelay: true });
    socket.once("connect", () => attackOver(socket, first));
    return socket;
  });
}

function rest(): void {
  for (const socket of connected) socket.destroy();
  process.stdout.write(`${JSON.stringify(replies)}\n`);
}

process.stdout.write("ready\n");
for await (const line of createInterface({ input: process.stdin })) {
  if (line === "on") begin();
  else rest();
}
process.exit(0);
