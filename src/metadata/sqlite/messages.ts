import type { MetadataWrites } from "../store.ts";

/** One write, as it goes to the writer. */
export interface Write {
  readonly operation: keyof MetadataWrites;
  readonly parameters: readonly unknown[];
}

/** Where writes go: the thread that commits them, or whoever passes them on to it. */
export interface Writing {
  write(write: Write): Promise<unknown>;
  /** Why no write is taken at the moment; undefined while they are. */
  readonly fault: string | undefined;
  close(): Promise<void>;
}

export type WriteResult = { readonly value: unknown } | { readonly error: string };

export type ToWriter =
  | { readonly kind: "open"; readonly path: string }
  | { readonly kind: "group"; readonly writes: readonly Write[] }
  | { readonly kind: "close" };

export type FromWriter =
  | { readonly kind: "opened" }
  | { readonly kind: "refused"; readonly schemaTooNew: boolean; readonly reason: string }
  | { readonly kind: "committed"; readonly results: readonly WriteResult[] }
  /** Of the group nothing was changed; `unknown`: that is not certain. */
  | { readonly kind: "failed"; readonly reason: string; readonly unknown: boolean }
  /** Why no group is taken from now on, or undefined where they are again; before the group that it ends. */
  | { readonly kind: "fault"; readonly reason: string | undefined }
  | { readonly kind: "closed" };
