/**
 * Measures the cost of TLS: the same blob pushed to and pulled from a registry with a certificate and one without, each
 * in a separate process, alternately. Prints megabytes per second, and the median of the ratios.
 *
 *   bun bench/tls-rates.ts [megabytes] [rounds]
 */
import { join } from "node:path";
import { makeCertificate, writePair } from "../test/support/certificate.ts";
import { startProcess, withDirectory } from "../test/support/process.ts";

const [megabytes = 256, rounds = 7] = process.argv.slice(2).map(Number);
const size = megabytes * 1_000_000;
const pair = makeCertificate();
const tls = { ca: pair.cert };

function rateOf(startedAt: number): number {
  return megabytes / ((performance.now() - startedAt) / 1000);
}

async function push(url: string, bytes: Uint8Array<ArrayBuffer>): Promise<{ rate: number; blob: string }> {
  const digest = `sha256:${new Bun.CryptoHasher("sha256").update(bytes).digest("hex")}`;
  const started = await fetch(`${url}/v2/bench/tls/blobs/uploads/`, { method: "POST", tls });
  const startedAt = performance.now();
  const location = `${url}${started.headers.get("location")}?digest=${digest}`;
  const put = await fetch(location, { method: "PUT", body: bytes, tls });
  if (put.status !== 201) throw new Error(`the push was answered ${put.status}`);
  return { rate: rateOf(startedAt), blob: `${url}${put.headers.get("location")}` };
}

async function pull(blob: string): Promise<number> {
  const startedAt = performance.now();
  const response = await fetch(blob, { tls });
  let received = 0;
  for await (const bytes of response.body!) received += bytes.length;
  if (received !== size) throw new Error(`${received} bytes came`);
  return rateOf(startedAt);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

await withDirectory(async (path) => {
  const { cert, key } = writePair(path, pair);
  const flags = ["--listen", "127.0.0.1:0", "--log", "off"];
  const plain = await startProcess([...flags, "--data", join(path, "plain")]);
  const secure = await startProcess([...flags, "--data", join(path, "tls"), "--tls-cert", cert, "--tls-key", key]);
  const ratios: { push: number[]; pull: number[] } = { push: [], pull: [] };
  const bytes = new Uint8Array(size);
  for (let round = 0; round < rounds; round += 1) {
    // A different blob each time, so that the registry does not have it already.
    bytes.fill(round + 1);
    const [pushedPlain, pushedSecure] = [await push(plain.url, bytes), await push(secure.url, bytes)];
    const [pulledPlain, pulledSecure] = [await pull(pushedPlain.blob), await pull(pushedSecure.blob)];
    ratios.push.push(pushedSecure.rate / pushedPlain.rate);
    ratios.pull.push(pulledSecure / pulledPlain);
    const shown = [pushedPlain.rate, pushedSecure.rate, pulledPlain, pulledSecure].map((rate) => rate.toFixed(0));
    process.stdout.write(`push ${shown[0]} plain, ${shown[1]} TLS; pull ${shown[2]} plain, ${shown[3]} TLS (MB/s)\n`);
  }
  process.stdout.write(
    `TLS to plain, median: push ${median(ratios.push).toFixed(2)}, pull ${median(ratios.pull).toFixed(2)}\n`,
  );
  await Promise.all([plain.end(), secure.end()]);
});
