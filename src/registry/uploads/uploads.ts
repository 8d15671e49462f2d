import type { Grant, ReaderOf } from "../../auth/grant.ts";
import type { UploadRecord } from "../../metadata/store.ts";
import { algorithmOf, type Algorithm, type Digest } from "../../oci/digest.ts";
import { commitBlob } from "../content/blob-commit.ts";
import { isSupported, type DigestKind } from "../content/digest-kind.ts";
import { verifyOrMarkCorrupt } from "../content/intact-bytes.ts";
import { contentLimits } from "../content/limits.ts";
import type { Services } from "../services.ts";
import type { Chunk } from "./chunk.ts";
import { uploadLimits } from "./limits.ts";
import { uploadUnknown } from "./upload-session.ts";
import { UploadSessions, type SessionGrant } from "./upload-sessions.ts";
import { Verification } from "./verification.ts";

/** An upload session as its client sees it. */
export type Session = UploadRecord;

/** `Uploads` handles uploads of blobs: in sessions, in one request, and by mounting a blob of another repository. */
export class Uploads {
  readonly #services: Services;
  readonly #digestKinds: readonly DigestKind[];
  readonly #sessions: UploadSessions;
  readonly #verification: Verification;

  constructor(services: Services, digestKinds: readonly DigestKind[] = []) {
    this.#services = services;
    this.#digestKinds = digestKinds;
    this.#sessions = new UploadSessions(services);
    this.#verification = new Verification(this.#sessions.hashes, digestKinds);
  }

  /** Upload sessions that are being written to. */
  get active(): number {
    return this.#sessions.lock.busy.size;
  }

  /**
   * Starts a session. `client` is a name that distinguishes clients. Throws TOO_MANY_REQUESTS if that client has too
   * many open sessions.
   */
  async start(
    { principal, repository }: Grant<"push">,
    client?: string,
    algorithm: Algorithm = "sha256",
  ): Promise<Session> {
    return this.#sessions.start({ repository, algorithm, actor: principal.name }, client);
  }

  /**
   * Links a blob of the repository that `source` grants; false if that is not possible, or if its bytes cannot be
   * served.
   */
  async mount(grant: Grant<"push">, source: Grant<"pull", Digest> | undefined): Promise<boolean> {
    if (!source || !isSupported(this.#digestKinds, source.object)) return false;
    const { store, clock } = this.#services;
    const now = clock.now();
    const record = await store.blob(source.repository, source.object);
    if (!record || !(await verifyOrMarkCorrupt(this.#services, record))) return false;
    return store.mountBlob(
      source.repository,
      grant.repository,
      source.object,
      now,
      now + contentLimits.pinMs,
      grant.principal.name,
    );
  }

  /**
   * Links a blob of any repository in which the client may read it; `grantSource` decides which ones those are (MNT-03).
   */
  async mountFromAnywhere(grant: Grant<"push">, digest: Digest, grantSource: ReaderOf<Digest>): Promise<boolean> {
    const candidates = await this.#services.store.repositoriesWith(digest, uploadLimits.mountCandidates);
    for (const repository of candidates) {
      if (await this.mount(grant, grantSource(repository))) return true;
    }
    return false;
  }

  /**
   * Returns the session with its true offset. After a broken connection, it waits until the received bytes are
   * durable.
   */
  async status(grant: SessionGrant): Promise<Session> {
    await this.#sessions.lock.handover(grant.object);
    return this.#sessions.find(grant);
  }

  /** Appends a chunk; returns the session with its new offset. */
  async append(grant: SessionGrant, chunk: Chunk): Promise<Session> {
    return this.#sessions.open(grant, chunk, async (session) => {
      await session.receive(chunk);
      return session.persist();
    });
  }

  /** Ends the session with a blob. The bytes must match every digest that the client sent (UP-06). */
  async finish(grant: SessionGrant, digests: readonly Digest[], chunk: Chunk): Promise<Digest> {
    this.#verification.requireSupported(digests);
    return this.#sessions.open(grant, chunk, async (session) => {
      await session.receive(chunk);
      const verified = await session.verify(this.#verification, digests, chunk);
      if (!(await commitBlob(this.#services, session, verified))) throw uploadUnknown(session.uploadId);
      return digests[0]!;
    });
  }

  /** Stores a blob of one request. No client knows its session. */
  async storeMonolithic(grant: Grant<"push", undefined>, digests: readonly Digest[], chunk: Chunk): Promise<Digest> {
    this.#verification.requireSupported(digests);
    const { principal, repository } = grant;
    const algorithm = algorithmOf(digests[0]!) ?? "sha256";
    const { id } = await this.#sessions.start({ repository, algorithm, actor: principal.name });
    try {
      return await this.finish(grant.forSession(id), digests, { ...chunk, isMonolithic: true });
    } catch (error) {
      // If the removal fails now, the session expires later. The client must receive the first error.
      await this.#sessions.end(id).catch(() => undefined);
      throw error;
    }
  }

  /**
   * Ends the session. It does not wait for a request that is writing: that request notices the end of the session and
   * removes what it has written.
   */
  async cancel(grant: SessionGrant): Promise<void> {
    await this.#sessions.cancel(grant);
  }

  /** Resolves when no request is writing to a session any more, and the received bytes of each are durable. */
  async settled(): Promise<void> {
    await this.#sessions.lock.settled();
  }

  close(): void {
    this.#sessions.hashes.close();
  }
}
