// What ctr does besides pushing and pulling images: content in its own store, and fetches that continue where they
// ended.
import { assert, assertEqual } from "../assertions.ts";
import { ContainerdClient } from "../clients/ctr.ts";
import { complaintOf } from "../command.ts";
import type { CaseContext } from "../context.ts";
import { digestOfBytes } from "../layout.ts";
import { publish, publishSource, type Published } from "../published.ts";
import type { Cut, Tap } from "../tap.ts";

export async function ctrCases(context: CaseContext): Promise<void> {
  const { registry } = context;
  await context.test("ctr fetches the content of an image", [ContainerdClient], async (ctr) => {
    const image = await publish(context, "ctr/fetched");
    await ctr.remote(["content", "fetch"], [image.reference]);
    await assertFetched(ctr, image);
  });
  await context.test("ctr fetches a single object", [ContainerdClient], async (ctr) => {
    const { reference, digest } = await publish(context, "ctr/object");
    const { stdout } = await ctr.remote(["content", "fetch-object"], [reference, digest]);
    assertEqual("digest of what was fetched", digestOfBytes(stdout), digest);
  });
  await context.test("ctr pushes a single object", [ContainerdClient], async (ctr) => {
    const { reference, manifest } = await publish(context, "ctr/origin");
    const [layer] = manifest.layers;
    assert(layer !== undefined, "the image has no layer");
    await ctr.remote(["content", "fetch"], [reference]);
    const target = context.reference("ctr/pushed", "made");
    await ctr.remote(["content", "push-object"], [target, layer.digest, layer.mediaType]);
    assert(await registry.hasBlob("ctr/pushed", layer), `${layer.digest} is not in ctr/pushed`);
  });
  await context.test("ctr continues a fetch whose connection broke", [ContainerdClient], (ctr) =>
    context.withTap(async (tap) => {
      const image = await publishLarger(context, "ctr/cut");
      await ctr.forget();
      tap.cutOnce(CUT_IN_A_LAYER);
      await ctr.remote(["content", "fetch"], [context.reference(image.repository, "made", tap)]);
      assertEqual("connections cut", tap.cutsMade, 1);
      await assertFetched(ctr, image);
      assertEqual("replies with the rest of a layer", partialReplies(tap), 1);
    }),
  );
  await context.test("ctr fetches again after a fetch that failed", [ContainerdClient], (ctr) =>
    context.withTap(async (tap) => {
      const image = await publishLarger(context, "ctr/failed");
      const reference = context.reference(image.repository, "made", tap);
      await ctr.forget();
      tap.cutOnce(CUT_IN_A_LAYER);
      for (let tries = 0; tries < MOST_TRIES; tries++) tap.cutOnce({ ...CUT_IN_A_LAYER, afterBytes: 0 });
      const said = await complaintOf(ctr.remote(["content", "fetch"], [reference]));
      assert(said.includes("EOF"), `ctr fails for another reason: ${said}`);
      tap.mend();
      await ctr.remote(["content", "fetch"], [reference]);
      await assertFetched(ctr, image);
    }),
  );
}

const CUT_IN_A_LAYER: Cut = { direction: "download", afterBytes: 256 * 1024, matching: /^GET .*\/blobs\// };

/** More attempts than containerd makes by itself. */
const MOST_TRIES = 20;

async function publishLarger(context: CaseContext, repository: string): Promise<Published> {
  return publishSource(context, repository, await context.inputs.busybox(repository.replace("/", "-")));
}

async function assertFetched(ctr: ContainerdClient, { digest, manifest }: Published): Promise<void> {
  for (const each of [digest, manifest.config.digest, ...manifest.layers.map((layer) => layer.digest)]) {
    assertEqual(`digest of ${each} in the store`, digestOfBytes(await ctr.content(each)), each);
  }
}

function partialReplies(tap: Tap): number {
  return tap.requests.filter(({ method, status }) => method === "GET" && status === 206).length;
}
