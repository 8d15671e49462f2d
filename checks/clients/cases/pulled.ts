// The check after every pull: it compares the client's content with the registry and with the original.
import { assertEqual } from "../assertions.ts";
import type { Client } from "../clients/client.ts";
import type { CaseContext } from "../context.ts";
import type { ImageSource } from "../images.ts";
import { assertSameTree } from "../tree.ts";

export interface ExpectedPull {
  readonly repository: string;
  /** A tag, or a digest. */
  readonly reference: string;
  readonly source: ImageSource;
}

/** Pulls and compares manifest digest, config digest and every file. */
export async function pullAndCompare(context: CaseContext, client: Client, expected: ExpectedPull): Promise<void> {
  const { repository, reference, source } = expected;
  const manifest = await context.registry.imageManifest(repository, reference);
  const pulled = await client.pull(context.reference(repository, reference));
  assertEqual(`manifest digest that ${client.name} pulled`, pulled.manifestDigest, manifest.digest);
  assertEqual(`config digest that ${client.name} pulled`, pulled.configDigest, manifest.config.digest);
  assertSameTree(`files that ${client.name} pulled`, pulled.tree, source.tree);
}
