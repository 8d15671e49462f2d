import { limits } from "../base/limits.ts";
import type { Digest } from "../oci/digest.ts";
import type { RepositoryName } from "../oci/repository-name.ts";
import { commit } from "./commit.ts";
import { holdIntact } from "./intact-bytes.ts";
import type { Pins } from "./pins.ts";
import type { Services } from "./services.ts";
import { SessionBytes } from "./session-bytes.ts";
import { Sessions } from "./sessions.ts";

/**
 * Sees to it that a repository has a blob that the registry itself knows, and promises it as a HEAD does. It is stored like
 * one that was pushed, so that all the rest holds of it: it can be read, mounted and referred to.
 */
export async function provideBlob(
  services: Services,
  pins: Pins,
  repository: RepositoryName,
  { bytes, digest }: { readonly bytes: Uint8Array; readonly digest: Digest },
): Promise<void> {
  const { store, clock } = services;
  const now = clock.now();
  const record = await store.blob(repository, digest);
  if (record && (await holdIntact(services, record))) {
    if (record.pinnedUntil >= now + limits.pinRenewMs) return;
    if (await pins.renew({ kind: "blob", repository, digest })) return;
  }
  const sessions = new Sessions(services);
  const session = await sessions.start(repository, "sha256");
  const writer = await SessionBytes.open(services, session, true);
  try {
    await writer.write(bytes);
    await commit(services, sessions, { session, writer }, { digests: [digest], tarsums: [] });
  } catch (error) {
    // No client knows of the session. What cannot be removed now expires.
    await sessions.forget(session.id).catch(() => undefined);
    throw error;
  } finally {
    await writer.close();
  }
}
