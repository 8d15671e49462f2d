/**
 * Sends HEAD repeatedly for some seconds on many connections. All replies have the same length, so that only the first
 * is parsed: a driver that parses each needs as much CPU time as the server.
 *
 *   bun bench/compare/load/head-rate.ts URL CONNECTIONS SECONDS
 */
import { accepted } from "./content.ts";

const [url = "", connections = "1", seconds = "1"] = process.argv.slice(2);
const { hostname, port, pathname, host } = new URL(url);
const request = Buffer.from(`HEAD ${pathname} HTTP/1.1\r\nHost: ${host}\r\nAccept: ${accepted}\r\n\r\n`);

let answers = 0;
let length = 0;
let over = false;

/** Reads the bytes of one connection. Returns the number of bytes of the incomplete reply. */
function take(bytes: Buffer, before: number): number {
  if (before === 0 && bytes.toString("latin1", 0, 12) !== "HTTP/1.1 200") {
    throw new Error(`HEAD ${url} was answered ${JSON.stringify(bytes.toString("latin1", 0, 80))}`);
  }
  if (length === 0) length = bytes.indexOf("\r\n\r\n") + 4;
  const come = before + bytes.length;
  if (length < 4 || come > length) throw new Error("the heads of the answers have several lengths");
  return come;
}

async function ask(): Promise<void> {
  const done = Promise.withResolvers<void>();
  let come = 0;
  await Bun.connect({
    hostname,
    port: Number(port),
    socket: {
      open: (socket) => void socket.write(request),
      data(socket, bytes) {
        try {
          come = take(bytes, come);
        } catch (error) {
          return done.reject(error);
        }
        if (come < length) return;
        come = 0;
        answers += 1;
        if (over) socket.end();
        else socket.write(request);
      },
      error: (_socket, error) => done.reject(error),
      close: () => (over ? done.resolve() : done.reject(new Error("a connection broke"))),
    },
  });
  return done.promise;
}

const began = performance.now();
setTimeout(() => (over = true), Number(seconds) * 1000);
await Promise.all(Array.from({ length: Number(connections) }, ask));
process.stdout.write(`${answers / ((performance.now() - began) / 1000)}\n`);
process.exit(0);
