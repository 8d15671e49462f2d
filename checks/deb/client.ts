// A client in the network of the private machine. Its first parameter is the command, its second the URL of the registry.
import { createHash } from "node:crypto";
import { pushImage } from "../../test/support/push.ts";
import { Pulls } from "../../test/start/pulls.ts";

const [command, url = ""] = process.argv.slice(2);
const repository = "team/app";

/** Pulls the image, and compares all bytes with their digests. */
async function pull(): Promise<void> {
  const manifest = await bytesAt("manifests/1.0");
  const { config, layers } = JSON.parse(new TextDecoder().decode(manifest)) as {
    config: { digest: string };
    layers: { digest: string }[];
  };
  for (const { digest } of [config, ...layers]) {
    const found = createHash("sha256")
      .update(await bytesAt(`blobs/${digest}`))
      .digest("hex");
    if (`sha256:${found}` !== digest) throw new Error(`the blob ${digest} has the digest sha256:${found}`);
  }
}

async function bytesAt(path: string): Promise<Uint8Array> {
  const response = await fetch(`${url}/v2/${repository}/${path}`);
  if (response.status !== 200) throw new Error(`GET ${path}: status ${response.status}`);
  return response.bytes();
}

/** Begins pulls, and finishes them after a line on standard input. Prints how many were cut. */
async function hold(): Promise<void> {
  const pulls = await Pulls.begin(url, 4);
  process.stdout.write("pulling\n");
  for await (const _ of process.stdin) break;
  process.stdout.write(`${await pulls.cut()} cut\n`);
}

const commands: Readonly<Record<string, () => Promise<unknown>>> = {
  push: () => pushImage(url, repository, "1.0"),
  pull,
  hold,
};
await commands[command!]!();
process.exit(0);
