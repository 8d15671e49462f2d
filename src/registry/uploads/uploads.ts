import type { Grant, ReaderOf } from "../../auth/grant.ts";
import { releaseBuffer } from "../../base/release-buffer.ts";
import { contentLimits } from "../content/limits.ts";
import { uploadLimits } from "./limits.ts";
import { algorithmOf, digestOf, type Algorithm, type Digest } from "../../oci/digest.ts";
import { RegistryError } from "../../oci/errors.ts";
import { BodyInterrupted, checkArriving, checkReceived, type Chunk } from "./chunk.ts";
import { commitBlob, type ReceivedBytes, type VerifiedDigests } from "../content/blob-commit.ts";
import { areIntact } from "../content/intact-bytes.ts";
import { isSupported, type DigestKind } from "../content/digest-kind.ts";
import type { Services } from "../services.ts";
import { UploadWriteLock } from "./write-lock.ts";
import { uploadUnknown, UploadSessions, type OpenUpload, type Session, type SessionGrant } from "./upload-sessions.ts";
import { Verification } from "./verification.ts";

export type { Session } from "./upload-sessions.ts";

/**
 * Upload sessions. Bytes go from the socket through the hash into storage, never held in memory; a session's row says how
 * many of them are durable, and is advanced only after they are.
 */
export class Uploads {
  readonly #services: Services;
  readonly #digestKinds: readonly DigestKind[];
  readonly #sessions: UploadSessions;
  readonly #writing: UploadWriteLock;
  readonly #verification: Verification;

  constructor(services: Services, digestKinds: readonly DigestKind[] = []) {
    this.#services = services;
    this.#digestKinds = digestKinds;
    this.#sessions = new UploadSessions(services);
    this.#writing = new UploadWriteLock(services, this.#sessions);
    this.#verification = new Verification(this.#sessions.hashes, digestKinds);
  }

  /** Sessions that are being written to. */
  get active(): number {
    return this.#writing.busy.size;
  }

  /** `client` is who starts it, by any name that tells clients apart; throws TOO_MANY_REQUESTS where it has too many open. */
  async start({ repository }: Grant<"push">, client?: string, algorithm: Algorithm = "sha256"): Promise<Session> {
    return this.#sessions.start(repository, algorithm, client);
  }

  /** Links a blob of the repository that `source` grants; false where that cannot be done, or its bytes cannot be given. */
  async mount(grant: Grant<"push">, source: Grant<"pull", Digest> | undefined): Promise<boolean> {
    if (!source || !isSupported(this.#digestKinds, source.object)) return false;
    const { store, clock } = this.#services;
    const now = clock.now();
    const record = await store.blob(source.repository, source.object);
    if (!record || !(await areIntact(this.#services, record))) return false;
    return store.mountBlob(source.repository, grant.repository, source.object, now, now + contentLimits.pinMs);
  }

  /** Links a blob of any repository that the caller may read it in; which ones those are, `mayRead` knows (MNT-03). */
  async mountFromAnywhere(grant: Grant<"push">, digest: Digest, mayRead: ReaderOf<Digest>): Promise<boolean> {
    const candidates = await this.#services.store.repositoriesWith(digest, uploadLimits.mountCandidates);
    for (const repository of candidates) {
      if (await this.mount(grant, mayRead(repository))) return true;
    }
    return false;
  }

  /** The true offset. Where a client asks whose last connection broke, that is known once the rest of it was kept. */
  async status(grant: SessionGrant): Promise<Session> {
    await this.#writing.handover(grant.object);
    return this.#sessions.find(grant);
  }

  async append(grant: SessionGrant, chunk: Chunk): Promise<Session> {
    return this.#writing.exclusively(grant, chunk, async (open) => {
      await this.#receive(open, chunk);
      return this.#sessions.keep(open);
    });
  }

  /** Ends the session with a blob; every digest given has to be that of its bytes (UP-06). */
  async finish(grant: SessionGrant, digests: readonly Digest[], chunk: Chunk): Promise<Digest> {
    this.#verification.requireSupported(digests);
    return this.#writing.exclusively(grant, chunk, async (open) => {
      await this.#receive(open, chunk);
      const names = await this.#verify(open, digests, chunk);
      const committed = await commitBlob(this.#services, this.#received(open, names), names);
      if (!committed) throw uploadUnknown(open.session.id);
      return digests[0]!;
    });
  }

  /** A blob in one request: a session that nobody else ever hears of. */
  async storeWhole(grant: Grant<"push", undefined>, digests: readonly Digest[], chunk: Chunk): Promise<Digest> {
    this.#verification.requireSupported(digests);
    const session = await this.#sessions.start(grant.repository, algorithmOf(digests[0]!) ?? "sha256");
    try {
      return await this.finish(grant.forSession(session.id), digests, { ...chunk, isWhole: true });
    } catch (error) {
      // What cannot be removed now expires; what was wrong is what its sender has to hear.
      await this.#sessions.forget(session.id).catch(() => undefined);
      throw error;
    }
  }

  /** Does not wait for a request that is writing: that one finds its session gone, and removes what it has written. */
  async cancel(grant: SessionGrant): Promise<void> {
    await this.#sessions.cancel(grant);
  }

  /** Removes sessions that nobody has touched for their lifetime, but for those that are written to; returns how many. */
  async expire(busy: ReadonlyMap<string, unknown> = this.#writing.busy): Promise<number> {
    return this.#sessions.expire(busy);
  }

  close(): void {
    this.#sessions.hashes.close();
  }

  /** Resolves when no request is writing to a session any more, and what arrived of each is kept. */
  async settled(): Promise<void> {
    await this.#writing.settled();
  }

  /** Reads the body to its end. What arrived before an interruption is kept, and the interruption passed on. */
  async #receive(open: OpenUpload, chunk: Chunk): Promise<void> {
    const { session, writer } = open;
    try {
      await pump(open, chunk);
      checkReceived(session, chunk, writer.offset);
    } catch (error) {
      if (error instanceof BodyInterrupted) {
        throw await this.#interrupted(open, chunk);
      }
      await writer.rollback();
      throw error;
    }
  }

  /** What arrived is kept, for the sender to go on with, if it knows of the session. */
  async #interrupted(open: OpenUpload, { isWhole }: Chunk): Promise<RegistryError> {
    if (isWhole) return new RegistryError("UPLOAD_INVALID");
    await this.#sessions.keep(open);
    return new RegistryError("UPLOAD_INVALID", { detail: { offset: open.writer.offset } });
  }

  #received({ session, writer }: OpenUpload, { digests: [digest] }: VerifiedDigests): ReceivedBytes {
    const sessions = this.#sessions;
    const { driver } = this.#services;
    return {
      upload: session.id,
      repository: session.repository,
      get size() {
        return writer.offset;
      },
      async inline() {
        const bytes = await writer.short();
        // Earlier requests wrote to a file, and the hash is of what they sent: the file may have been changed since.
        if (!bytes || session.offset === 0 || digestOf(bytes, algorithmOf(digest)) === digest) return bytes;
        await sessions.forget(session.id);
        throw uploadUnknown(session.id);
      },
      commit: () => sessions.orAbandon(session.id, () => writer.commit(digest)),
      replace: (key) => writer.replace(key),
      discard: async () => void (writer.stored && (await driver.discardUpload(session.id))),
    };
  }

  /** Where the sender's idea of the content is wrong, nothing that it could add would make it right. */
  async #verify(open: OpenUpload, digests: readonly Digest[], chunk: Chunk): Promise<VerifiedDigests> {
    try {
      return await this.#verification.digests(open, digests, chunk.sender);
    } catch (error) {
      if (error instanceof BodyInterrupted) throw await this.#interrupted(open, chunk);
      if (error instanceof RegistryError && error.failure === "TOO_MANY_REQUESTS") await this.#sessions.keep(open);
      if (error instanceof RegistryError && error.failure === "DIGEST_MISMATCH") {
        await this.#sessions.forget(open.session.id);
      }
      throw error;
    }
  }
}

/** A piece is hashed while it, or the next one, is written; `add` says when the socket may be read again. */
async function pump({ session, writer, hash }: OpenUpload, chunk: Chunk): Promise<void> {
  for await (const bytes of chunk.body) {
    checkArriving(session, chunk, writer.offset - session.offset + bytes.length);
    await hash.add(bytes, writer.write(bytes));
    releaseBuffer(bytes);
  }
}
