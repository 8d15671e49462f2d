/** `lading convert`: images of 2015, and the OCI images that it makes of them. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { baseLimits } from "../../src/base/limits.ts";
import { digestOf, type Digest } from "../../src/oci/digest.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { emptyLayer } from "../../src/docker/schema1/empty-layer.ts";
import { makeCertificate, writePair } from "../support/certificate.ts";
import { json } from "../support/content.ts";
import { startFront, type Front } from "../support/front.ts";
import { pushLayer } from "../support/layers.ts";
import { patienceMs } from "../support/patience.ts";
import { runToEnd, withDirectory, type Ended } from "../support/process.ts";
import { pushImage, putManifest } from "../support/push.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { signingKeys } from "../support/schema1.ts";
import { oldImageOf, pushLayers, pushOldImage, schema1ImageOf, type OldImage } from "../support/schema1-images.ts";
import { hasVectors, vector } from "../support/vectors.ts";

setDefaultTimeout(patienceMs);

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.dispose());

const manifestTypes = [mediaTypes.ociManifest, mediaTypes.dockerSchema1Signed].join(", ");

function convert(url: string, image: string, ...flags: readonly string[]): Promise<Ended> {
  return runToEnd(["convert", `${new URL(url).host}/${image}`, "--plain-http", ...flags]);
}

function manifestAt(name: string, tag: string): Promise<Response> {
  return fetch(`${registry.url}/v2/${name}/manifests/${tag}`, { headers: { accept: manifestTypes } });
}

async function blobAt(name: string, digest: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(`${registry.url}/v2/${name}/blobs/${digest}`);
  expect([digest, response.status]).toEqual([digest, 200]);
  return response.bytes();
}

async function tagsOf(name: string): Promise<unknown> {
  const { tags } = (await (await fetch(`${registry.url}/v2/${name}/tags/list`)).json()) as { tags: unknown };
  return tags;
}

function expectRefusal({ code, stderr }: Ended, exit: number, ...parts: readonly string[]): void {
  expect(code, stderr).toBe(exit);
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(stderr).toStartWith("lading: ");
  for (const part of parts) expect(stderr).toContain(part);
}

interface OciManifest {
  readonly config: { readonly digest: Digest; readonly size: number };
  readonly layers: readonly { readonly mediaType: string; readonly digest: Digest; readonly size: number }[];
}

async function expectConverted(name: string, tag: string, { compressed, base, upper }: OldImage): Promise<Digest> {
  const pulled = await manifestAt(name, tag);
  expect([pulled.status, pulled.headers.get("content-type")]).toEqual([200, mediaTypes.ociManifest]);
  const bytes = await pulled.bytes();
  const digest = digestOf(bytes);
  expect(pulled.headers.get("docker-content-digest")).toBe(digest);
  const manifest = JSON.parse(Buffer.from(bytes).toString()) as OciManifest;
  const tar = "application/vnd.oci.image.layer.v1.tar";
  expect(manifest.layers).toEqual([
    { mediaType: `${tar}+gzip`, digest: compressed.digest, size: compressed.bytes.length },
    { mediaType: tar, digest: upper.digest, size: upper.bytes.length },
  ]);
  for (const { bytes: layer, digest: named } of [compressed, upper]) expect(await blobAt(name, named)).toEqual(layer);
  const config = await blobAt(name, manifest.config.digest);
  expect([digestOf(config), config.length]).toEqual([manifest.config.digest, manifest.config.size]);
  expect(JSON.parse(Buffer.from(config).toString())).toEqual({
    created: "2015-01-02T03:04:07Z",
    architecture: "amd64",
    os: "linux",
    config: { Cmd: ["/bin/true"] },
    rootfs: { type: "layers", diff_ids: [base.digest, upper.digest] },
    history: [
      { created: "2015-01-02T03:04:05Z", created_by: "/bin/sh -c #(nop) ADD file:1 in /" },
      { created: "2015-01-02T03:04:06Z", created_by: "/bin/sh -c make" },
      { created: "2015-01-02T03:04:07Z", created_by: "/bin/sh -c #(nop) CMD", empty_layer: true },
    ],
  });
  return digest;
}

describe("CONV-01 a signed image", () => {
  test("CONV-02 becomes an OCI image next to the old one, with its layers, diff ids and history; the output lists the changes", async () => {
    const name = "team/told";
    const image = await pushOldImage(registry.url, name, "1.0");
    const ended = await convert(registry.url, `${name}:1.0`);
    expect([ended.code, ended.stderr]).toEqual([0, ""]);
    const digest = await expectConverted(name, "1.0-oci", image);
    const { compressed, base, upper, manifest } = image;
    const host = new URL(registry.url).host;
    expect(ended.stdout.split("\n")).toEqual([
      `${host}/${name}:1.0 is a schema 1 image`,
      `  digest  ${manifest.digest}`,
      `  signed by the key  ${signingKeys.ES256.keyId}`,
      "  layers  2",
      `    ${compressed.digest}`,
      `      ${compressed.bytes.length} bytes, diff id ${base.digest}`,
      `    ${upper.tarsum}, which is ${upper.digest}`,
      `      ${upper.bytes.length} bytes, diff id ${upper.digest}`,
      `${host}/${name}:1.0-oci is the OCI image`,
      `  digest  ${digest}`,
      "  not in the OCI image, because OCI does not have these fields:",
      ...["name", "tag", "signatures"].map((place) => `    ${place}`),
      "    history[0, 1, 2].id",
      "    history[0, 1].parent",
      "    history[0].docker_version",
      "    history[0].config.Hostname",
      "",
    ]);
    const old = await manifestAt(name, "1.0");
    expect(old.headers.get("docker-content-digest")).toBe(manifest.digest);
  });

  test("becomes the same OCI image when it is converted again, also to another tag", async () => {
    const name = "team/again";
    const image = await pushOldImage(registry.url, name, "1.0");
    await convert(registry.url, `${name}:1.0`);
    const digest = await expectConverted(name, "1.0-oci", image);
    const again = await convert(registry.url, `${name}:1.0`);
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining("is already the OCI image")]);
    expect((await convert(registry.url, `${name}:1.0`, "--to", "other")).code).toBe(0);
    expect(await expectConverted(name, "other", image)).toBe(digest);
    expect(await tagsOf(name)).toEqual(["1.0", "1.0-oci", "other"]);
  });

  test("CONV-05 replaces its own tag or the tag of another image only with --to", async () => {
    const name = "team/replaced";
    const image = await pushOldImage(registry.url, name, "1.0");
    const { manifest: other } = await pushImage(registry.url, name, "1.0-oci");
    const refused = await convert(registry.url, `${name}:1.0`);
    expectRefusal(refused, 1, "1.0-oci", other.digest, "--to");
    const digestAt = async (tag: string) => (await manifestAt(name, tag)).headers.get("docker-content-digest");
    expect([await digestAt("1.0"), await digestAt("1.0-oci")]).toEqual([image.manifest.digest, other.digest]);
    for (const [tag, before] of [
      ["1.0-oci", other.digest],
      ["1.0", image.manifest.digest],
    ] as const) {
      const ended = await convert(registry.url, `${name}:1.0`, "--to", tag);
      expect([ended.code, ended.stdout]).toEqual([0, expect.stringContaining(`replaced  ${before}`)]);
      await expectConverted(name, tag, image);
    }
    expectRefusal(await convert(registry.url, `${name}:1.0`), 1, mediaTypes.ociManifest, "it needs no conversion");
  });

  test("CONV-04 a layer that the registry already has is not pushed; with --dry-run nothing is pushed", async () => {
    const name = "team/frugal";
    const front = startFront(registry.url, () => undefined);
    try {
      const image = await pushOldImage(registry.url, name, "1.0");
      const dry = await convert(front.url, `${name}:1.0`, "--dry-run");
      expect([dry.code, dry.stdout]).toEqual([0, expect.stringContaining("nothing was pushed")]);
      expect(front.requests.filter((request) => request.startsWith("P"))).toEqual([]);
      expect((await manifestAt(name, "1.0-oci")).status).toBe(404);
      expect((await convert(front.url, `${name}:1.0`)).code).toBe(0);
      expect(front.requests.filter((request) => request.startsWith("POST"))).toHaveLength(1);
      const digest = await expectConverted(name, "1.0-oci", image);
      expect(dry.stdout).toContain(digest);
    } finally {
      await front.dispose();
    }
  });

  test("CONV-04 a layer that the registry has only by its tarsum is pushed", async () => {
    const name = "team/tarsum-only";
    const image = await pushOldImage(registry.url, name, "1.0");
    let hidden = true;
    const front = startFront(registry.url, (request, path) => {
      if (request.method === "POST") hidden = false;
      return hidden && path.endsWith(image.upper.digest) ? new Response(null, { status: 404 }) : undefined;
    });
    try {
      const ended = await convert(front.url, `${name}:1.0`);
      expect([ended.code, ended.stdout]).toEqual([0, expect.stringContaining("is pushed under this digest")]);
      expect(front.requests.filter((request) => request.startsWith("POST"))).toHaveLength(2);
      await expectConverted(name, "1.0-oci", image);
    } finally {
      await front.dispose();
    }
  });

  test("is read over TLS with the authority of --ca", () =>
    withDirectory(async (path) => {
      const pair = makeCertificate();
      const { cert, key } = writePair(path, pair);
      const secure = await startRegistry({ settings: { tlsCert: cert, tlsKey: key } });
      try {
        const host = new URL(secure.url).host;
        const front = startFront(secure.url, () => undefined, { ca: pair.cert });
        await pushOldImage(front.url, "team/secure", "1.0");
        await front.dispose();
        const parameters = ["convert", `${host}/team/secure:1.0`];
        expectRefusal(await runToEnd(parameters), 1, "is not trusted", "--ca");
        expectRefusal(await runToEnd([...parameters, "--ca", key]), 2, key, "no certificate");
        expectRefusal(await runToEnd([...parameters, "--ca", join(path, "none")]), 2, "does not exist");
        const ended = await runToEnd([...parameters, "--ca", cert]);
        expect([ended.stderr, ended.code]).toEqual(["", 0]);
      } finally {
        await secure.dispose();
      }
    }));
});

test.if(hasVectors)("CONV-01 the layers of Docker's own tests, which have tarsums, are converted", async () => {
  const name = "team/vectors";
  const layers = [
    ["511136ea", "tarsum.v1+sha256:324d4cf44ee7daa46266c1df830c61a7df615c0632176a339e7310e34723d67a"],
    ["46af0962", "tarsum+sha256:5e2c2a5b29c91f5ae3323f6cd74d1274c99de342669cb2e0c2b99f5e69c15598"],
    ["xattr", "tarsum.v1+sha256:e77e6c36c4bc32c0795ca8a8c086bbaa6cb83b0d785522182d45d770cc5eeb6f"],
  ] as const;
  const archives = layers.map(([file]) => vector(`tarsum/tarsum-${file}-layer.tar`));
  for (const [place, [, tarsum]] of layers.entries()) {
    await pushLayer(registry.url, name, archives[place]!, tarsum as Digest);
  }
  const image = schema1ImageOf(
    name,
    "1.0",
    layers.map(([, tarsum]) => ({ blobSum: tarsum as Digest })),
  );
  const put = await putManifest(registry.url, name, "1.0", image, mediaTypes.dockerSchema1Signed);
  expect(put.status, await put.text()).toBe(201);
  const ended = await convert(registry.url, `${name}:1.0`);
  expect([ended.code, ended.stderr]).toEqual([0, ""]);
  const { config, layers: converted } = (await (await manifestAt(name, "1.0-oci")).json()) as OciManifest;
  const digests = archives.map((archive) => digestOf(archive));
  expect(converted.map(({ digest }) => digest)).toEqual(digests);
  expect(JSON.parse(Buffer.from(await blobAt(name, config.digest)).toString())).toMatchObject({
    rootfs: { diff_ids: digests },
  });
});

describe("CONV-03 a conversion that is refused pushes nothing", () => {
  test("an image that does not exist, or is not schema 1", async () => {
    await pushImage(registry.url, "team/today", "1.0");
    expectRefusal(await convert(registry.url, "team/today:2.0"), 1, "the tag 2.0 does not exist in team/today");
    expectRefusal(await convert(registry.url, "team/nowhere:1.0"), 1, "the tag 1.0 does not exist in team/nowhere");
    expectRefusal(await convert(registry.url, "team/today:1.0"), 1, "not schema 1", mediaTypes.ociManifest);
  });

  /** Starts a registry in which the tag 1.0 has this manifest. */
  async function withManifest(bytes: Uint8Array<ArrayBuffer>, work: (front: Front) => Promise<void>) {
    const front = startFront(registry.url, (_, path) =>
      path.endsWith("/manifests/1.0")
        ? new Response(bytes, { headers: { "content-type": mediaTypes.dockerSchema1Signed } })
        : undefined,
    );
    try {
      await work(front);
      expect(front.requests.filter((request) => request.startsWith("P"))).toEqual([]);
    } finally {
      await front.dispose();
    }
  }

  const damaged = (text: string, from: string, to: string) => Uint8Array.from(Buffer.from(text.replace(from, to)));

  test("an image with a wrong signature, with and without --unsigned", () => {
    const { manifest } = oldImageOf("team/wrong", "1.0");
    const bytes = damaged(Buffer.from(manifest.bytes).toString(), '"amd64"', '"arm64"');
    return withManifest(bytes, async ({ url }) => {
      for (const flags of [[], ["--unsigned"]]) {
        const ended = await convert(url, "team/wrong:1.0", ...flags);
        expectRefusal(ended, 1, "signatures[0].signature was not made by its key");
      }
    });
  });

  test("an image without signatures, except with --unsigned", async () => {
    const name = "team/unsigned";
    const image = oldImageOf(name, "1.0");
    await pushLayers(registry.url, name, image);
    await withManifest(image.manifest.payload, async ({ url }) => {
      expectRefusal(await convert(url, `${name}:1.0`), 1, "is not signed", "--unsigned");
      const dry = await convert(url, `${name}:1.0`, "--unsigned", "--dry-run");
      expect([dry.code, dry.stdout]).toEqual([0, expect.stringContaining("\n  not signed\n")]);
    });
  });

  test("a document that is not a manifest, or has an unreadable history", async () => {
    const text = (content: unknown) => json(content).bytes;
    const broken = schema1ImageOf("team/broken", "1.0", [{ blobSum: emptyLayer.digest, v1: { id: "short" } }]);
    const cases = [
      [Uint8Array.from(Buffer.from("<html>")), "schema1"],
      [text({ schemaVersion: 2, layers: [] }), "schemaVersion"],
      [broken.bytes, "history[0].id"],
    ] as const;
    for (const [bytes, part] of cases) {
      await withManifest(bytes, async ({ url }) => {
        expectRefusal(await convert(url, "team/broken:1.0", "--unsigned"), 1, part);
      });
    }
  });

  test("an image whose digest differs from the reported one", async () => {
    const image = await pushOldImage(registry.url, "team/called", "1.0");
    const headers = { "content-type": mediaTypes.dockerSchema1Signed, "docker-content-digest": emptyLayer.digest };
    const front = startFront(registry.url, (_, path) =>
      path.endsWith("/1.0") ? new Response(image.manifest.bytes, { headers }) : undefined,
    );
    const ended = await convert(front.url, "team/called:1.0");
    await front.dispose();
    expectRefusal(ended, 1, image.manifest.digest, `the registry reports ${emptyLayer.digest}`);
  });

  test("a name and a tag that differ from those of the manifest are noted, and accepted", async () => {
    const name = "team/copied";
    const image = oldImageOf("team/original", "2.0");
    await pushLayers(registry.url, name, image);
    await withManifest(image.manifest.bytes, async ({ url }) => {
      const { code, stdout } = await convert(url, `${name}:1.0`, "--dry-run");
      expect(code).toBe(0);
      expect(stdout).toContain("note: name is team/original, pushed to team/copied");
      expect(stdout).toContain("note: tag is 2.0, pushed as 1.0");
    });
  });

  test("a layer that is missing, or has other bytes than its digest", async () => {
    const name = "team/layers";
    const image = await pushOldImage(registry.url, name, "1.0");
    const { compressed, upper } = image;
    const bomb = Uint8Array.from(Bun.gzipSync(new Uint8Array(2 * baseLimits.inflationSlack)));
    const cases = [
      [compressed.digest, new Response(null, { status: 404 }), `fsLayers[2] is not in ${name}`],
      [compressed.digest, new Response(upper.bytes), `fsLayers[2] does not match its digest`],
      [upper.tarsum, new Response(compressed.bytes), "fsLayers[1] does not match its digest"],
      [upper.tarsum, new Response("text"), "fsLayers[1] is not a tar archive"],
      [upper.tarsum, new Response(bomb), "fsLayers[1] inflates to more than"],
      [upper.tarsum, new Response(null, { status: 500 }), "was answered 500"],
    ] as const;
    for (const [digest, response, part] of cases) {
      const front = startFront(registry.url, (_, path) =>
        decodeURIComponent(path).endsWith(digest) ? response : undefined,
      );
      const ended = await convert(front.url, `${name}:1.0`);
      await front.dispose();
      expectRefusal(ended, 1, part);
    }
    expect(await tagsOf(name)).toEqual(["1.0"]);
  });

  test("a registry that refuses the push", async () => {
    const name = "team/read-only";
    await pushOldImage(registry.url, name, "1.0");
    const errors = [{ code: "DENIED", message: "\u001b[2Jread \nonly" }];
    const front = startFront(registry.url, ({ method }) =>
      method === "PUT" ? Response.json({ errors }, { status: 405 }) : undefined,
    );
    const ended = await convert(front.url, `${name}:1.0`);
    await front.dispose();
    expectRefusal(ended, 1, "was answered 405: DENIED \ufffd[2Jread \ufffdonly");
  });
});

describe("a wrong command line", () => {
  const long = "a".repeat(126);
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ["name one image", []],
    ["name one image", ["127.0.0.1:1/a:b", "127.0.0.1:1/c:d"]],
    ['"library/app" is not HOST[:PORT]/NAME:TAG', ["library/app"]],
    ['"127.0.0.1:5000/app" is not HOST[:PORT]/NAME:TAG', ["127.0.0.1:5000/app"]],
    ["--tag", ["127.0.0.1:1/a:b", "--tag", "c"]],
    ['--to "a b" is not a tag', ["127.0.0.1:1/a:b", "--to", "a b"]],
    [`"${"a".repeat(120)}…" is not a tag`, [`127.0.0.1:1/a:${long}`]],
    ["cannot be used together", ["127.0.0.1:1/a:b", "--plain-http", "--ca", "ca.pem"]],
  ];
  for (const [reason, parameters] of cases) {
    test(`lading convert ${parameters.join(" ").slice(0, 50)}: exit code 2 and the reason`, async () => {
      expectRefusal(await runToEnd(["convert", ...parameters]), 2, reason, "usage: lading convert");
    });
  }

  test("an address where nothing listens: exit code 1", async () => {
    expectRefusal(await runToEnd(["convert", "127.0.0.1:1/a:b"]), 1, "cannot connect to 127.0.0.1:1");
  });

  test("a registry without TLS: exit code 1, and the name of the flag for it", async () => {
    expectRefusal(
      await runToEnd(["convert", `${new URL(registry.url).host}/a:b`]),
      1,
      "does not speak TLS",
      "--plain-http",
    );
  });
});
