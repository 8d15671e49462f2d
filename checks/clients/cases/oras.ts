// What oras does with artifacts of any kind: files pushed and pulled, blobs, lists. helm, notation and other tools
// use the same library as oras, so these cases also cover parts of theirs.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assert, assertEqual } from "../assertions.ts";
import { OrasClient } from "../clients/oras.ts";
import { complaintOf } from "../command.ts";
import type { CaseContext } from "../context.ts";
import { digestOfBytes } from "../layout.ts";
import { ARTIFACT_TYPE, FILES, pushFiles } from "./oras-files.ts";
import { orasReferrersCases } from "./oras-referrers.ts";

export async function orasCases(context: CaseContext): Promise<void> {
  await artifactCases(context);
  await blobCases(context);
  await orasReferrersCases(context);
}

async function artifactCases(context: CaseContext): Promise<void> {
  const { place, registry } = context;
  await context.test("oras pushes files under two tags and pulls them", [OrasClient], async (oras) => {
    const digest = await pushFiles(context, oras, "oras/files", "first,second");
    const manifest = await registry.imageManifest("oras/files", "first");
    assertEqual("digest", manifest.digest, digest);
    assertEqual("artifact type", manifest.artifactType, ARTIFACT_TYPE);
    assertEqual(
      "layers",
      manifest.layers.map((layer) => layer.digest),
      Object.values(FILES).map((text) => digestOfBytes(text)),
    );
    assertEqual("digest of the other tag", await registry.resolve("oras/files", "second"), digest);
    const folder = place.freshPath("oras-files");
    const pulled = await oras.remote(
      ["pull", "--no-tty", "--output", folder],
      [context.reference("oras/files", digest)],
    );
    assert(pulled.stdout.includes(digest), `oras says that it pulled ${pulled.stdout}`);
    for (const [name, text] of Object.entries(FILES)) {
      assertEqual(`content of ${name}`, readFileSync(join(folder, name), "utf8"), text);
    }
  });
  await context.test("oras fetches, resolves, tags and lists the tags", [OrasClient], async (oras) => {
    const digest = await pushFiles(context, oras, "oras/listed", "made");
    const reference = context.reference("oras/listed", "made");
    const fetched = await oras.remote(["manifest", "fetch"], [reference]);
    assertEqual("digest of the manifest", digestOfBytes(fetched.stdout), digest);
    assertEqual("oras resolve", (await oras.remote(["resolve"], [reference])).stdout.trim(), digest);
    await oras.remote(["tag"], [reference, "other", "third"]);
    const repository = context.repository("oras/listed");
    const tags = (await oras.remote(["repo", "tags"], [repository])).stdout.trim().split("\n");
    assertEqual("oras repo tags", tags, ["made", "other", "third"]);
    for (const tag of tags) assertEqual(`digest of ${tag}`, await registry.resolve("oras/listed", tag), digest);
  });
  await context.test("oras deletes a manifest with its tags", [OrasClient], async (oras) => {
    const digest = await pushFiles(context, oras, "oras/deleted", "first,second");
    await oras.remote(["manifest", "delete", "--force"], [context.reference("oras/deleted", "first")]);
    for (const reference of ["first", "second", digest]) await registry.assertManifestAbsent("oras/deleted", reference);
    const said = await complaintOf(oras.remote(["resolve"], [context.reference("oras/deleted", "second")]));
    assert(said.includes("not found"), `oras says ${said}`);
  });
}

async function blobCases(context: CaseContext): Promise<void> {
  await context.test("oras pushes, fetches and deletes a blob", [OrasClient], async (oras) => {
    const text = "a blob by itself\n";
    const file = context.place.freshPath("oras-blob");
    await Bun.write(file, text);
    const digest = digestOfBytes(text);
    const reference = `${context.repository("oras/blobs")}@${digest}`;
    await oras.remote(["blob", "push", "--no-tty"], [reference, file]);
    const fetched = await oras.remote(["blob", "fetch", "--no-tty", "--output", "-"], [reference]);
    assertEqual("the blob", fetched.stdout, text);
    await oras.remote(["blob", "delete", "--force"], [reference]);
    const blob = { mediaType: "application/octet-stream", digest, size: text.length };
    assert(!(await context.registry.hasBlob("oras/blobs", blob)), "the blob is still there");
    const said = await complaintOf(oras.remote(["blob", "fetch", "--no-tty", "--output", "-"], [reference]));
    assert(said.includes("not found"), `oras says ${said}`);
  });
}
