// Many at once: twenty pulls of one image, and every client pushing into one repository.
import { assertEqual } from "../assertions.ts";
import type { Client } from "../clients/client.ts";
import { CraneClient } from "../clients/crane.ts";
import { RegctlClient } from "../clients/regctl.ts";
import { SkopeoClient } from "../clients/skopeo.ts";
import type { CaseContext } from "../context.ts";
import { assertSameTree } from "../tree.ts";

const PULLS = 20;

export async function concurrencyCases(context: CaseContext): Promise<void> {
  const { cases, registry } = context;
  const puller = context.firstOf(CraneClient, RegctlClient, SkopeoClient);
  if (puller === undefined) cases.skip(`${PULLS} pulls at once`, "no client that keeps no store");
  else await cases.test(`${puller.name} pulls ${PULLS} times at once`, () => pullAtOnce(context, puller));
  await cases.test("all clients push into one repository at once", async () => {
    const pushes = context.clients.map(async (client) => {
      const source = await context.inputs.sixLayers(`at-once-${client.name}`);
      await client.load(source);
      return { client, source };
    });
    const loaded = await Promise.all(pushes);
    const reported = await Promise.all(
      loaded.map(({ client, source }) => client.push(source.name, context.reference("many/pushes", client.name))),
    );
    const names = loaded.map(({ client }) => client.name);
    assertEqual("tags", await registry.tags("many/pushes"), names.toSorted());
    for (const [position, name] of names.entries()) {
      assertEqual(`digest of ${name}`, await registry.resolve("many/pushes", name), reported[position]);
    }
  });
}

async function pullAtOnce(context: CaseContext, puller: Client): Promise<void> {
  const source = await context.inputs.sixLayers("many-pulls");
  await puller.load(source);
  const reference = context.reference("many/pulls", "made");
  const digest = await puller.push(source.name, reference);
  const { config } = await context.registry.imageManifest("many/pulls", "made");
  const pulls = await Promise.all(Array.from({ length: PULLS }, () => puller.pull(reference)));
  for (const pulled of pulls) {
    assertEqual("manifest digest", pulled.manifestDigest, digest);
    assertEqual("config digest", pulled.configDigest, config.digest);
    assertSameTree("files", pulled.tree, source.tree);
  }
}
