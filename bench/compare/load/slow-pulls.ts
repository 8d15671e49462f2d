/**
 * Runs many concurrent pulls of one blob, each of which reads some bytes and then waits. Fails if a reply was not 200.
 *
 *   bun bench/compare/load/slow-pulls.ts URL COUNT SECONDS
 */
import { setTimeout as sleep } from "node:timers/promises";

const [url = "", count = "1", seconds = "1"] = process.argv.slice(2);
const { hostname, port, pathname, host } = new URL(url);
const request = `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
/** The pause between two reads of one connection. */
const pauseMs = 500;

let answered = 0;

async function pull(): Promise<void> {
  let first = true;
  await Bun.connect({
    hostname,
    port: Number(port),
    socket: {
      open: (socket) => void socket.write(request),
      data(socket, bytes) {
        if (first && bytes.toString("latin1", 0, 12) === "HTTP/1.1 200") answered += 1;
        first = false;
        socket.pause();
        setTimeout(() => socket.resume(), pauseMs);
      },
    },
  });
}

await Promise.all(Array.from({ length: Number(count) }, pull));
await sleep(Number(seconds) * 1000);
if (answered !== Number(count)) throw new Error(`${answered} of ${count} pulls were answered with 200`);
process.exit(0);
