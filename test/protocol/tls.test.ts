/**
 * The registry with a certificate: everything works as over plain HTTP, and the certificate can be replaced while it
 * runs.
 */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ociLimits } from "../../src/oci/limits.ts";
import type { CertificateFiles } from "../../src/base/certificate.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { serverLimits } from "../../src/server/limits.ts";
import { rejectionOf } from "../support/rejection.ts";
import { makeCertificate, writePair } from "../support/certificate.ts";
import { blobOf, imageOf } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { chunkOf, headOf, RawConnection, rawCodesOf, type RawResponse, type TlsClient } from "../support/raw.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { uploadFileOf } from "../support/stored-files.ts";
import { until } from "../support/until.ts";

setDefaultTimeout(patienceMs);

const name = "team/secret";
const authority = makeCertificate({ subject: "authority" });
const client: TlsClient = { ca: authority.cert };
const directories = mkdtempSync(join(tmpdir(), "lading-tls-"));
afterAll(() => rmSync(directories, { recursive: true }));

/** The certificate files of one registry. */
class Pair {
  readonly #directory = mkdtempSync(join(directories, "pair-"));

  use(subject: string): CertificateFiles {
    return writePair(this.#directory, makeCertificate({ subject, issuer: authority }));
  }

  breakIt(): void {
    writePair(this.#directory, { ...makeCertificate({ issuer: authority }), key: authority.key });
  }
}

async function startWith(subject: string, pair = new Pair()): Promise<TestRegistry> {
  const { cert, key } = pair.use(subject);
  return startRegistry({ inlineBlobBytes: 0, settings: { tlsCert: cert, tlsKey: key } });
}

async function certificateAt(port: number): Promise<string> {
  const connection = await RawConnection.openTls(port, client);
  const { certificate } = connection;
  connection.cut();
  return certificate;
}

/** Sends a request on a connection that stays open. */
async function ask(connection: RawConnection, method: string, target: string, body?: Uint8Array, type?: string) {
  const headers: [string, string][] = type === undefined ? [] : [["Content-Type", type]];
  await connection.sendRequest({ method, target, headers, ...(body && { body }) });
  return (await connection.response(method))!;
}

async function startSession(connection: RawConnection): Promise<string> {
  const started = await ask(connection, "POST", `/v2/${name}/blobs/uploads/`);
  expect(started.status).toBe(202);
  return started.headers.get("location")!;
}

/** Starts a PATCH that has sent half of its bytes, and returns when they are in the file of the session. */
async function sendHalf(registry: TestRegistry, connection: RawConnection, bytes: Uint8Array): Promise<string> {
  const location = await startSession(connection);
  const half = bytes.length / 2;
  await connection.send(
    headOf({ method: "PATCH", target: location, headers: [["Content-Length", String(bytes.length)]] }),
  );
  await connection.send(bytes.subarray(0, half));
  const file = uploadFileOf(registry.data, location);
  await until(() => statSync(file, { throwIfNoEntry: false })?.size === half);
  return location;
}

describe("as over plain HTTP", () => {
  let registry: TestRegistry;
  let connection: RawConnection;
  beforeAll(async () => {
    registry = await startWith("plain");
    connection = await RawConnection.openTls(registry.port, client);
  });
  afterAll(async () => {
    connection.cut();
    await registry.dispose();
  });

  test("an image is pushed and pulled on one connection", async () => {
    const [config, layer] = [blobOf("config"), blobOf("layer", 3_000_000)];
    for (const { bytes, digest } of [config, layer]) {
      const location = await startSession(connection);
      expect((await ask(connection, "PUT", `${location}?digest=${digest}`, bytes)).status).toBe(201);
    }
    const manifest = imageOf(config, [layer]);
    const target = `/v2/${name}/manifests/latest`;
    expect((await ask(connection, "PUT", target, manifest.bytes, mediaTypes.ociManifest)).status).toBe(201);
    expect((await ask(connection, "GET", target)).body).toEqual(manifest.bytes);
    expect((await ask(connection, "GET", `/v2/${name}/blobs/${layer.digest}`)).body).toEqual(layer.bytes);
  });

  test("Location is a path without scheme and host", async () => {
    expect(await startSession(connection)).toStartWith(`/v2/${name}/blobs/uploads/`);
  });

  test("a range of a blob is 206", async () => {
    const { bytes, digest } = blobOf("layer", 3_000_000);
    const headers = [["Range", "bytes=1000-2499999"]] as const;
    await connection.sendRequest({ method: "GET", target: `/v2/${name}/blobs/${digest}`, headers });
    const part = (await connection.response("GET"))!;
    expect([part.status, part.headers.get("content-range")]).toEqual([206, "bytes 1000-2499999/3000000"]);
    expect(part.body).toEqual(bytes.subarray(1000, 2_500_000));
  });

  test("Expect: 100-continue is answered before the body", async () => {
    const { bytes, digest } = blobOf("expected", 10_000);
    const target = `${await startSession(connection)}?digest=${digest}`;
    const headers = [["Expect", "100-continue"] as const, ["Content-Length", "10000"] as const];
    await connection.send(headOf({ method: "PUT", target, headers }));
    expect((await connection.response("PUT"))?.status).toBe(100);
    await connection.send(bytes);
    expect((await connection.response("PUT"))?.status).toBe(201);
  });

  test("LIM-01 a body that is too large is 413, with a length or in chunks, and the connection remains usable", async () => {
    const target = `/v2/${name}/manifests/large`;
    const expectRefusal = (response: RawResponse | undefined) =>
      expect([response?.status, rawCodesOf(response!)]).toEqual([413, ["SIZE_INVALID"]]);
    await connection.send(headOf({ method: "PUT", target, headers: [["Transfer-Encoding", "chunked"]] }));
    for (const size of [ociLimits.manifestBytes, 1, 0]) await connection.send(chunkOf(new Uint8Array(size)));
    expectRefusal(await connection.response("PUT"));
    expect((await ask(connection, "GET", "/v2/")).status).toBe(200);
    const announcing = await RawConnection.openTls(registry.port, client);
    const headers = [["Content-Length", String(ociLimits.manifestBytes + 1)]] as const;
    await announcing.send(headOf({ method: "PUT", target, headers }));
    expectRefusal(await announcing.response("PUT"));
    announcing.cut();
  });

  test("UP-27 the received bytes of an interrupted upload are stored", async () => {
    const { bytes, digest } = blobOf("broken off", 100_000);
    const breaking = await RawConnection.openTls(registry.port, client);
    const location = await sendHalf(registry, breaking, bytes);
    breaking.cut();
    expect((await ask(connection, "GET", location)).headers.get("range")).toBe("0-49999");
    const rest = bytes.subarray(50_000);
    expect((await ask(connection, "PUT", `${location}?digest=${digest}`, rest)).status).toBe(201);
  });

  test("the event has the address of the client", async () => {
    expect((await ask(connection, "GET", "/v2/")).status).toBe(200);
    expect(registry.recorder.events.at(-1)?.remote).toBe("127.0.0.1");
  });

  test("TLS 1.2 and 1.3 are supported, older versions are not", async () => {
    for (const maxVersion of ["TLSv1.2", "TLSv1.3"] as const) {
      const spoken = await RawConnection.openTls(registry.port, { ...client, maxVersion });
      expect(spoken.protocol).toBe(maxVersion);
      spoken.cut();
    }
    const refused = await rejectionOf(RawConnection.openTls(registry.port, { ...client, maxVersion: "TLSv1.1" }));
    expect((refused as NodeJS.ErrnoException).code).toBe("ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION");
  });

  test("a client that does not trust the authority cannot connect", async () => {
    const stranger = { ca: makeCertificate().cert };
    expect(await rejectionOf(RawConnection.openTls(registry.port, stranger))).toBeInstanceOf(Error);
  });

  test("plain HTTP on the same port is not answered", async () => {
    const plain = await RawConnection.open(registry.port);
    await plain.sendRequest({ method: "GET", target: "/v2/" });
    expect(await plain.response("GET")).toBeUndefined();
  });

  test("the metrics contain the expiry of the certificate", async () => {
    const { body } = await ask(connection, "GET", "/metrics");
    const expiry = Date.UTC(2049, 0, 1) / 1000;
    expect(new TextDecoder().decode(body)).toContain(`lading_certificate_expiry_timestamp_seconds ${expiry}\n`);
  });
});

/**
 * Ignores connections that are reset, which can happen to a new connection when the old server stops
 * (docs/decisions/0008).
 */
function untilCertificate(port: number, subject: string): Promise<void> {
  return until(async () => (await certificateAt(port).catch(() => undefined)) === subject);
}

describe.concurrent("a new certificate while the registry runs", () => {
  test("new connections use it, and an upload in progress succeeds", async () => {
    const pair = new Pair();
    const registry = await startWith("before", pair);
    const { bytes, digest } = blobOf("through the change", 200_000);
    const connection = await RawConnection.openTls(registry.port, client);
    const location = await sendHalf(registry, connection, bytes);
    pair.use("after");
    await registry.reloadCertificate();
    expect(await certificateAt(registry.port)).toBe("after");
    await connection.send(bytes.subarray(100_000));
    const patched = (await connection.response("PATCH"))!;
    expect([patched.status, patched.headers.get("range")]).toEqual([202, "0-199999"]);
    expect(patched.headers.get("connection")).toBe("close");
    connection.cut();
    const next = await RawConnection.openTls(registry.port, client);
    expect((await ask(next, "PUT", `${location}?digest=${digest}`)).status).toBe(201);
    next.cut();
    await registry.dispose();
  });

  test("replies ask clients for a new connection before the old ones are closed", async () => {
    const pair = new Pair();
    const registry = await startWith("before", pair);
    const connection = await RawConnection.openTls(registry.port, client);
    expect((await ask(connection, "GET", "/v2/")).headers.get("connection")).not.toBe("close");
    pair.use("after");
    const reloaded = registry.reloadCertificate();
    await untilCertificate(registry.port, "after");
    const last = await ask(connection, "GET", "/v2/");
    expect([last.status, last.headers.get("connection")]).toEqual([200, "close"]);
    expect(await connection.response("GET")).toBeUndefined();
    await reloaded;
    await registry.dispose();
  });

  test("the files are checked regularly, and a second change works like the first", async () => {
    const pair = new Pair();
    const registry = await startWith("one", pair);
    for (const subject of ["two", "three"]) {
      pair.use(subject);
      registry.clock.advance(serverLimits.certificatePollMs);
      await untilCertificate(registry.port, subject);
    }
    await registry.dispose();
  });

  test("an invalid pair is ignored, and the old certificate remains", async () => {
    const pair = new Pair();
    const registry = await startWith("good", pair);
    pair.breakIt();
    await registry.reloadCertificate();
    expect(await certificateAt(registry.port)).toBe("good");
    await registry.dispose();
  });

  test("the shutdown waits for uploads on connections of the old certificate", async () => {
    const pair = new Pair();
    const registry = await startWith("before", pair);
    const { bytes, digest } = blobOf("at the end", 40_000);
    const connection = await RawConnection.openTls(registry.port, client);
    const location = await sendHalf(registry, connection, bytes);
    pair.use("after");
    await registry.reloadCertificate();
    const restarting = registry.restart();
    await until(() => nobodyListens(registry.port));
    await connection.send(bytes.subarray(20_000));
    expect((await connection.response("PATCH"))?.status).toBe(202);
    connection.cut();
    const restarted = await restarting;
    const next = await RawConnection.openTls(restarted.port, client);
    expect((await ask(next, "PUT", `${location}?digest=${digest}`)).status).toBe(201);
    next.cut();
    await restarted.dispose();
  });
});

function nobodyListens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.once("error", () => resolve(true));
    socket.once("connect", () => {
      socket.destroy();
      resolve(false);
    });
  });
}
