import { digestOf, type Digest } from "../../src/oci/digest.ts";
import type { Image, Recipe } from "./content.ts";
import { countMoments, Register, type Kind, type Place, type Violation } from "./model.ts";
import type { SessionModel } from "./session-model.ts";

export interface BlobPlace extends Place {
  readonly kind: "blob";
  readonly reference: Digest;
  readonly recipe: Recipe;
  /** Whether a manifest refers to the blob, or may refer to it. */
  referenced: boolean;
}

export interface ManifestPlace extends Place {
  readonly kind: "manifest";
  readonly reference: Digest;
  readonly image: Image;
  readonly blobs: readonly BlobPlace[];
}

export interface TagPlace extends Place {
  readonly kind: "tag";
}

type AnyPlace = BlobPlace | ManifestPlace | TagPlace;

/** One repository, as its clients know it. */
export interface Library {
  readonly repository: string;
  readonly blobs: BlobPlace[];
  readonly manifests: ManifestPlace[];
  readonly tags: readonly TagPlace[];
}

const tagNames = ["latest", "stable", "edge", "v1", "v2", "nightly"];

/** All operations of the clients, and their outcomes as far as the clients know them. */
export class World {
  operations = 0;
  acknowledged = 0;
  /** Answers that no operation here should get. */
  readonly surprises: Violation[] = [];
  readonly sessions: SessionModel[] = [];
  readonly #moments = countMoments();
  readonly #places = new Map<string, AnyPlace>();
  readonly #touched = new Set<AnyPlace>();
  readonly #libraries = new Map<string, Library>();

  library(repository: string): Library {
    const known = this.#libraries.get(repository);
    if (known) return known;
    const tags = tagNames.map((name) => this.#place<TagPlace>({ kind: "tag", repository, reference: name }));
    const library = { repository, blobs: [], manifests: [], tags };
    this.#libraries.set(repository, library);
    return library;
  }

  blob(library: Library, recipe: Recipe, reference: Digest): BlobPlace {
    const { repository } = library;
    return this.#place<BlobPlace>({ kind: "blob", repository, reference, recipe, referenced: false }, library.blobs);
  }

  manifest(library: Library, image: Image, bytes: Uint8Array, blobs: readonly BlobPlace[]): ManifestPlace {
    const { repository } = library;
    return this.#place<ManifestPlace>(
      { kind: "manifest", repository, reference: digestOf(bytes), image, blobs },
      library.manifests,
    );
  }

  touch(place: AnyPlace): void {
    this.#touched.add(place);
  }

  /** The places that were changed since the last call. */
  takeTouched(): readonly AnyPlace[] {
    const touched = [...this.#touched];
    this.#touched.clear();
    return touched;
  }

  get places(): readonly AnyPlace[] {
    return [...this.#places.values()];
  }

  surprise(text: string): void {
    this.surprises.push({ defect: "unexpected answer", text: `unexpected answer: ${text}` });
  }

  #place<P extends AnyPlace>(fresh: Omit<P, "register"> & { readonly kind: Kind }, list?: P[]): P {
    const key = `${fresh.kind} ${fresh.repository} ${fresh.reference}`;
    const known = this.#places.get(key);
    if (known) return known as P;
    const place = { ...fresh, register: new Register(this.#moments) } as unknown as P;
    this.#places.set(key, place);
    list?.push(place);
    return place;
  }
}
