/** Compares the manifests and tags of a repository with a simple model of them, under random sequences of writes. */
import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import type { Tag } from "../../oci/reference.ts";
import type { RepositoryName } from "../../oci/repository-name.ts";
import type { MetadataStore } from "../store.ts";
import { deletion, index, lone, repository, tag, tryPush, type CurrentStore, type Document } from "./content.ts";

const tags = ["a", "B", "c"].map(tag);
const [one, two, three] = ["one", "two", "three"].map((label) => lone(label)) as [Document, Document, Document];
/** Refers to the first two. */
const both = index([one, two]);
const documents = [one, two, three, both];

type Step =
  | { readonly kind: "put"; readonly content: Document; readonly tags: readonly Tag[] }
  | { readonly kind: "delete manifest"; readonly content: Document }
  | { readonly kind: "delete tag"; readonly tag: Tag };

const anyDocument = fc.constantFrom(...documents);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("put"), content: anyDocument, tags: fc.subarray(tags) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("delete manifest"), content: anyDocument }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("delete tag"), tag: fc.constantFrom(...tags) }) },
);

/** The state of the store, in the terms of the model. */
interface View {
  readonly manifests: readonly string[];
  readonly tags: readonly (readonly [string, string])[];
  readonly history: Readonly<Record<string, readonly string[]>>;
}

class Model {
  readonly #manifests = new Set<Document>();
  readonly #tags = new Map<Tag, Document>();
  readonly #history = new Map<Tag, string[]>();

  /** Applies a step to the model, and returns the answer that the store should give. */
  apply(step: Step): unknown {
    if (step.kind === "put") return this.#put(step.content, step.tags);
    if (step.kind === "delete manifest") return this.#deleteManifest(step.content);
    return this.#move(step.tag, undefined) ? "deleted" : "unknown";
  }

  view(): View {
    return {
      manifests: documents.filter((content) => this.#manifests.has(content)).map((content) => content.digest),
      tags: [...this.#tags].map(([name, content]) => [name, content.digest] as const).toSorted(byName),
      history: Object.fromEntries(tags.map((name) => [name, this.#history.get(name) ?? []])),
    };
  }

  #put(content: Document, names: readonly Tag[]): unknown {
    const missing = content === both ? [one, two].filter((child) => !this.#manifests.has(child)) : [];
    if (missing.length > 0) return { missing: missing.map((child) => child.digest) };
    this.#manifests.add(content);
    for (const name of names) this.#move(name, content);
    return "stored";
  }

  #deleteManifest(content: Document): unknown {
    if (!this.#manifests.has(content)) return "unknown";
    if ((content === one || content === two) && this.#manifests.has(both)) return { referencedBy: both.digest };
    for (const name of tags) if (this.#tags.get(name) === content) this.#move(name, undefined);
    this.#manifests.delete(content);
    return "deleted";
  }

  /** Moves a tag; false if there was nothing to move. */
  #move(name: Tag, to: Document | undefined): boolean {
    const from = this.#tags.get(name);
    if (from === to) return false;
    if (to) this.#tags.set(name, to);
    else this.#tags.delete(name);
    const events = this.#history.get(name) ?? [];
    this.#history.set(name, [move(from?.digest, to?.digest), ...events]);
    return true;
  }
}

function move(from: string | null | undefined, to: string | null | undefined): string {
  return `${from ?? "nothing"} to ${to ?? "nothing"}`;
}

function byName(a: readonly [string, string], b: readonly [string, string]): number {
  return a[0] < b[0] ? -1 : 1;
}

function applyToStore(store: MetadataStore, name: RepositoryName, step: Step, at: number): Promise<unknown> {
  if (step.kind === "put") return tryPush(store, name, step.content, step.tags, { at });
  if (step.kind === "delete manifest") return store.deleteManifest(deletion(name, step.content.digest, at));
  return store.deleteTag(name, step.tag, at);
}

async function viewOf(store: MetadataStore, name: RepositoryName): Promise<View> {
  const present = await Promise.all(documents.map((content) => store.manifestByDigest(name, content.digest)));
  const listed = await store.tags(name, { limit: 100 });
  const pointed = listed.map(async (of) => [of, (await store.manifestByTag(name, of))?.digest ?? ""] as const);
  const events = tags.map(async (of) => {
    const history = await store.tagHistory(name, of, { limit: 1000 });
    return [of, history.map(({ from, to }) => move(from, to))] as const;
  });
  return {
    manifests: present.flatMap((record) => record?.digest ?? []),
    tags: await Promise.all(pointed),
    history: Object.fromEntries(await Promise.all(events)),
  };
}

/** Tests of a store against the model. */
export function modelContract(store: CurrentStore): void {
  describe("any sequence of writes", () => {
    let repositories = 0;

    test("leaves the same manifests, tags and histories as a simple model", async () => {
      const property = fc.asyncProperty(fc.array(anyStep, { maxLength: 40 }), async (steps) => {
        repositories += 1;
        const name = repository(`model/${repositories}`);
        const model = new Model();
        for (const [at, step] of steps.entries()) {
          expect(await applyToStore(store(), name, step, at)).toEqual(model.apply(step));
        }
        expect(await viewOf(store(), name)).toEqual(model.view());
      });
      await fc.assert(property, { numRuns: 50 });
    }, 30_000);
  });
}
