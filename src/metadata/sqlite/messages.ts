import type { MetadataWrites } from "../store.ts";

/** One write, as it goes to the writer. */
export interface Write {
  readonly operation: keyof MetadataWrites;
  readonly parameters: readonly unknown[];
}

/** Where writes go: the thread that commits them, or whoever passes them on to it. */
export interface Writing {
  write(write: Write): Promise<unknown>;
  /** Why no write is taken any more; undefined while they are. */
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
  /** Nothing of the group was kept. `fatal`: the log could not be written, so no later group may be acknowledged either. */
  | { readonly kind: "failed"; readonly reason: string; readonly fatal: boolean }
  | { readonly kind: "closed" };
