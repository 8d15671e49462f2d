/**
 * Chunked bodies, byte by byte. The end of each chunk must be unambiguous, or two servers in a row see different
 * requests.
 */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { patienceMs } from "../support/patience.ts";
import { startUpload } from "../support/push.ts";
import { headOf, RawConnection } from "../support/raw.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { until } from "../support/until.ts";

setDefaultTimeout(patienceMs);

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.dispose());

async function patch(target: string, body: string): Promise<number | undefined> {
  const connection = await RawConnection.open(registry.port);
  await connection.send(headOf({ method: "PATCH", target, headers: [["Transfer-Encoding", "chunked"]] }) + body);
  const response = await connection.response("PATCH");
  connection.cut();
  return response?.status;
}

const start = () => startUpload(registry.url, "team/framing");

async function rangeOf(target: string): Promise<string | null> {
  return (await fetch(registry.url + target)).headers.get("range");
}

const end = "0\r\n\r\n";

describe("SEC-04 a chunk", () => {
  const clear = {
    "of plain size": "5\r\nhello\r\n",
    "whose size has a leading zero": "05\r\nhello\r\n",
    "with an extension": "5;name=value\r\nhello\r\n",
    "with an extension whose quotes stay open": '5;name="\r\nhello\r\n',
  };
  for (const [what, chunk] of Object.entries(clear)) {
    test(`${what} is five bytes`, async () => {
      const target = await start();
      expect(await patch(target, chunk + end)).toBe(202);
      expect(await rangeOf(target)).toBe("0-4");
    });
  }

  const doubtful = {
    "that is longer than its size": "5\r\nhelloX\r\n",
    "whose lines end without a carriage return": "5\nhello\n",
    "whose size is followed by a space": "5 \r\nhello\r\n",
    "whose size has a sign": "+5\r\nhello\r\n",
    "whose size is negative": "-5\r\nhello\r\n",
    "whose size has the prefix 0x": "0x5\r\nhello\r\n",
    "whose size is not a number": "g\r\nhello\r\n",
    "whose size exceeds every number": `${"f".repeat(17)}\r\nhello\r\n`,
    "whose extension has no end": `5;${"a".repeat(20_000)}\r\nhello\r\n`,
  };
  for (const [what, chunk] of Object.entries(doubtful)) {
    test(`${what} is refused, and the session stores none of its bytes`, async () => {
      const target = await start();
      const status = await patch(target, chunk + end);
      expect([400, 413]).toContain(status!);
      expect(await rangeOf(target)).toBe("0-0");
    });
  }

  test("before trailers: the request is refused, and the session keeps the bytes", async () => {
    const target = await start();
    expect(await patch(target, "5\r\nhello\r\n0\r\nX-Trailer: value\r\n\r\n")).toBe(400);
    await until(async () => (await rangeOf(target)) === "0-4");
  });
});
