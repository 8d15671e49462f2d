/**
 * Measures which connections clients lose when a server of Bun gets a new certificate, for several ways of replacing
 * it. Clients with 20 ms latency in each direction send requests repeatedly, on open or on new connections, and count
 * resets.
 *
 *   bun bench/tls-handover.ts [changes]
 */
import { connect, createServer, type Socket } from "node:net";
import { makeCertificate } from "../test/support/certificate.ts";
import { RawConnection } from "../test/support/raw.ts";

const [changes = 20] = process.argv.slice(2).map(Number);
const [clients, delayMs, leadMs] = [16, 20, 1_000];
const pair = makeCertificate();

interface One {
  readonly port: number;
  leaving: boolean;
  stop(): Promise<void>;
}

function open(port: number, shared: boolean): One {
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port,
    development: false,
    reusePort: shared,
    tls: { cert: pair.cert, key: pair.key },
    fetch: () => new Response("", { headers: one.leaving ? { connection: "close" } : {} }),
  });
  const one: One = { port: server.port!, leaving: false, stop: () => server.stop() };
  return one;
}

/** Each way gets the old server and returns the new one. */
const ways: Readonly<Record<string, (old: One) => Promise<One>>> = {
  "stop, then listen anew": async (old) => {
    void old.stop();
    return open(old.port, false);
  },
  "share the port, stop the old one at once": async (old) => {
    const next = open(old.port, true);
    void old.stop();
    return next;
  },
  "send clients away, then share the port and stop": async (old) => {
    old.leaving = true;
    await Bun.sleep(leadMs);
    const next = open(old.port, true);
    void old.stop();
    return next;
  },
  "share the port, send clients away, then stop": async (old) => {
    const next = open(old.port, true);
    old.leaving = true;
    await Bun.sleep(leadMs);
    void old.stop();
    return next;
  },
};

const later = (work: () => void) => void setTimeout(work, delayMs);

const pass = (from: Socket, to: Socket) => {
  from.on("data", (bytes) => later(() => to.write(bytes)));
  from.on("end", () => later(() => to.end()));
  from.on("error", () => later(() => to.resetAndDestroy()));
};

/** Forwards bytes, ends and resets with a delay. */
async function delaying(port: number): Promise<{ port: number; close(): void }> {
  const relay = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const far = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    pass(near, far);
    pass(far, near);
  });
  await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
  return { port: (relay.address() as { port: number }).port, close: () => void relay.close() };
}

interface Count {
  answered: number;
  lost: number;
}

async function ask(port: number, keep: boolean, count: Count, ended: () => boolean): Promise<void> {
  let connection: RawConnection | undefined;
  while (!ended()) {
    try {
      connection ??= await RawConnection.openTls(port, { ca: pair.cert });
      await connection.sendRequest({ method: "GET", target: "/" });
      const response = await connection.response("GET");
      if (!response) throw new Error("closed without a response");
      count.answered += 1;
      if (keep && response.headers.get("connection") !== "close") continue;
    } catch {
      count.lost += 1;
    }
    connection?.cut();
    connection = undefined;
  }
  connection?.cut();
}

for (const keep of [true, false]) {
  for (const [way, change] of Object.entries(ways)) {
    let server = open(0, way !== "stop, then listen anew");
    const relay = await delaying(server.port);
    const count: Count = { answered: 0, lost: 0 };
    let ended = false;
    const asking = Array.from({ length: clients }, () => ask(relay.port, keep, count, () => ended));
    for (let done = 0; done < changes; done += 1) {
      await Bun.sleep(500);
      server = await change(server);
    }
    await Bun.sleep(500);
    ended = true;
    await Promise.all(asking);
    relay.close();
    void server.stop();
    const each = (count.lost / changes).toFixed(2);
    const kind = keep ? "connections that stay" : "new connections";
    process.stdout.write(`${kind}, ${way}: ${each} lost a change of ${clients} (${count.answered} answered)\n`);
  }
}
process.exit(0);
