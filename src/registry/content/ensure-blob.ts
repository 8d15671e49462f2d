import { metadataLimits } from "../../metadata/limits.ts";
import { contentLimits } from "./limits.ts";
import type { Digest } from "../../oci/digest.ts";
import type { RepositoryName } from "../../oci/repository-name.ts";
import type { Services } from "../services.ts";
import { newInlineKey, removeBytes } from "./inline-blobs.ts";
import { areIntact } from "./intact-bytes.ts";
import type { Pins } from "./pins.ts";

/**
 * Ensures that a repository has a small blob that the registry itself provides, and pins it as a HEAD request does.
 * It becomes an inline blob like a pushed one: clients can read it, mount it and refer to it.
 */
export async function ensureBlob(
  services: Services,
  pins: Pins,
  repository: RepositoryName,
  { bytes, digest }: { readonly bytes: Uint8Array; readonly digest: Digest },
): Promise<void> {
  const { store, clock } = services;
  const now = clock.now();
  const record = await store.blob(repository, digest);
  if (record && (await areIntact(services, record))) {
    if (record.pinnedUntil >= now + metadataLimits.pinRenewMs) return;
    if (await pins.renew({ kind: "blob", repository, digest })) return;
  }
  const durable = { key: newInlineKey(), size: bytes.length, bytes };
  const committed = await store.commitBlob({
    repository,
    digest,
    ...durable,
    at: now,
    pinnedUntil: now + contentLimits.pinMs,
  });
  const surplus = committed?.surplus ?? null;
  if (surplus !== null) await removeBytes(services, surplus).catch(() => undefined);
}
