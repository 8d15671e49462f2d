// A tag moves to other content: every client that has the old content gets the new, and the old by its digest.
import { assert, assertEqual } from "../assertions.ts";
import type { CaseContext } from "../context.ts";
import type { ImageSource } from "../images.ts";
import { pullAndCompare } from "./pulled.ts";

const REPOSITORY = "moved/image";

export async function tagMoveCases(context: CaseContext): Promise<void> {
  const { cases, clients, registry } = context;
  let before: { source: ImageSource; digest: string } | undefined;
  let after: ImageSource | undefined;
  const pusher = context.quickest();
  await cases.test("every client pulls a tag before it moves", async () => {
    const source = await context.inputs.twoLayers("move-before");
    await pusher.load(source);
    before = { source, digest: await pusher.push(source.name, context.reference(REPOSITORY, "moving")) };
    for (const client of clients) {
      await client.forget();
      await pullAndCompare(context, client, { repository: REPOSITORY, reference: "moving", source });
    }
  });
  await cases.test(`${pusher.name} moves the tag`, async () => {
    const source = await context.inputs.twoLayers("move-after");
    await pusher.load(source);
    const digest = await pusher.push(source.name, context.reference(REPOSITORY, "moving"));
    assert(digest !== before?.digest, "both images are the same");
    assertEqual("digest of the tag", await registry.resolve(REPOSITORY, "moving"), digest);
    assertEqual("tags", await registry.tags(REPOSITORY), ["moving"]);
    // An engine that has built the image would use its own build instead of the pulled image.
    await pusher.forget();
    after = source;
  });
  for (const client of clients) {
    await cases.test(`${client.name} follows the moved tag and still finds the old digest`, async () => {
      assert(before !== undefined && after !== undefined, "the tag did not move");
      await pullAndCompare(context, client, { repository: REPOSITORY, reference: "moving", source: after });
      await client.forget();
      await pullAndCompare(context, client, {
        repository: REPOSITORY,
        reference: before.digest,
        source: before.source,
      });
    });
  }
}
