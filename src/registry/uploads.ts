import type { Grant, ReaderOf } from "../auth/grant.ts";
import { limits } from "../base/limits.ts";
import { StoreUnavailable, type UploadRecord } from "../metadata/store.ts";
import { algorithmOf, type Algorithm, type Digest, type Digester } from "../oci/digest.ts";
import { RegistryError } from "../oci/errors.ts";
import { UploadLost, type UploadWriter } from "../storage/driver.ts";
import { openIntact } from "./blobs.ts";
import { BodyInterrupted, checkAnnounced, checkArriving, checkReceived, outOfOrder, type Chunk } from "./chunk.ts";
import { RunningHashes } from "./running-hashes.ts";
import type { Services } from "./services.ts";

/** An upload session as its client sees it. */
export type Session = UploadRecord;

type SessionGrant = Grant<"push", string>;

/**
 * Upload sessions. Bytes go from the socket through the hash into storage, never held in memory; a session's row says how
 * many of them are durable, and is advanced only after they are.
 */
export class Uploads {
  readonly #services: Services;
  readonly #hashes: RunningHashes;
  /** Sessions that a request is writing to at this moment, one writer each, and when it will have ended. */
  readonly #busy = new Map<string, Promise<void>>();

  constructor(services: Services) {
    this.#services = services;
    this.#hashes = new RunningHashes(services.driver);
  }

  /** Sessions that are being written to. */
  get active(): number {
    return this.#busy.size;
  }

  async start(grant: Grant<"push">, algorithm: Algorithm = "sha256"): Promise<Session> {
    const { store, clock } = this.#services;
    const startedAt = clock.now();
    const session: Session = {
      id: crypto.randomUUID(),
      repository: grant.repository,
      algorithm,
      offset: 0,
      startedAt,
      expiresAt: startedAt + limits.uploadLifetimeMs,
    };
    await store.startUpload(session);
    return session;
  }

  /** Links a blob of the repository that `source` grants; false where that cannot be done. */
  async mount(grant: Grant<"push">, source: Grant<"pull", Digest> | undefined): Promise<boolean> {
    if (!source) return false;
    const { store, clock } = this.#services;
    const now = clock.now();
    return store.mountBlob(source.repository, grant.repository, source.object, now, now + limits.pinMs);
  }

  /** Links a blob of any repository that the caller may read it in; which ones those are, `mayRead` knows (MNT-03). */
  async mountFromAnywhere(grant: Grant<"push">, digest: Digest, mayRead: ReaderOf<Digest>): Promise<boolean> {
    const candidates = await this.#services.store.repositoriesWith(digest, limits.mountCandidates);
    for (const repository of candidates) {
      if (await this.mount(grant, mayRead(repository))) return true;
    }
    return false;
  }

  /** The true offset. Where a client asks whose last connection broke, that is known once the rest of it was kept. */
  async status(grant: SessionGrant): Promise<Session> {
    await this.#handover(grant.object);
    return this.#find(grant);
  }

  async #find(grant: SessionGrant): Promise<Session> {
    const session = await this.#services.store.upload(grant.repository, grant.object);
    if (!session) throw unknown(grant.object);
    return session;
  }

  async append(grant: SessionGrant, chunk: Chunk): Promise<Session> {
    return this.#exclusively(grant, chunk, async (session, writer, digester) => {
      await this.#receive(session, chunk, writer, digester);
      return this.#keep(session, writer, digester);
    });
  }

  /** Ends the session with a blob; every digest given has to be that of its bytes (UP-06). */
  async finish(grant: SessionGrant, digests: readonly Digest[], chunk: Chunk): Promise<Digest> {
    digests.forEach(requireSupported);
    return this.#exclusively(grant, chunk, async (session, writer, digester) => {
      await this.#receive(session, chunk, writer, digester);
      await this.#verify(session, digests, writer, digester);
      return this.#commit(session, digests, writer);
    });
  }

  /** A blob in one request: a session that nobody else ever hears of. */
  async storeWhole(grant: Grant<"push", undefined>, digests: readonly Digest[], chunk: Chunk): Promise<Digest> {
    const algorithm = requireSupported(digests[0]!);
    const session = await this.start(grant, algorithm);
    try {
      return await this.finish(grant.forSession(session.id), digests, chunk);
    } catch (error) {
      // What cannot be removed now expires; what was wrong is what its sender has to hear.
      await this.#forget(session.id).catch(() => undefined);
      throw error;
    }
  }

  /** Does not wait for a request that is writing: that one finds its session gone. */
  async cancel(grant: SessionGrant): Promise<void> {
    const session = await this.#find(grant);
    await this.#forget(session.id);
  }

  /** Removes sessions that nobody has touched for their lifetime; returns how many. */
  async expire(): Promise<number> {
    const { store, driver, clock } = this.#services;
    let removed = 0;
    for (;;) {
      // Those being written to are due and stay: they must not take the places of the others.
      const due = await store.expiredUploads(clock.now(), limits.uploadSweepBatch + this.#busy.size);
      const idle = due.filter(({ id }) => !this.#busy.has(id));
      for (const { id } of idle) {
        // Asked again in the same statement: it may have been continued since the list was made.
        if (!(await store.expireUpload(id, clock.now()))) continue;
        this.#hashes.forget(id);
        await driver.discardUpload(id);
        removed += 1;
      }
      if (idle.length < limits.uploadSweepBatch) return removed;
    }
  }

  /** Resolves when no request is writing to a session any more, and what arrived of each is kept. */
  async settled(): Promise<void> {
    await Promise.all(this.#busy.values());
  }

  /** Removes bytes of sessions that no longer exist; run once, before the first request. Returns how many there were. */
  async sweepOrphans(): Promise<number> {
    const { store, driver } = this.#services;
    const ids = await driver.listUploads();
    const known = new Set(await store.knownUploads(ids));
    const orphans = ids.filter((id) => !known.has(id));
    for (const id of orphans) await driver.discardUpload(id);
    return orphans.length;
  }

  /** Opens a session's bytes for the one request that may write to them. */
  async #exclusively<T>(
    grant: SessionGrant,
    chunk: Chunk,
    work: (session: Session, writer: UploadWriter, digester: Digester) => Promise<T>,
  ): Promise<T> {
    const id = grant.object;
    await this.#handover(id);
    if (this.#busy.has(id)) throw outOfOrder(await this.#find(grant), "another request is writing to this session");
    const ended = Promise.withResolvers<void>();
    this.#busy.set(id, ended.promise);
    try {
      const session = await this.#find(grant);
      checkAnnounced(session, chunk);
      const writer = await this.#services.driver.openUpload(id, session.offset);
      try {
        return await work(session, writer, await this.#hashes.take(session));
      } finally {
        await writer.close();
      }
    } catch (error) {
      if (!(error instanceof UploadLost)) throw error;
      await this.#forget(id);
      throw unknown(id);
    } finally {
      this.#busy.delete(id);
      ended.resolve();
    }
  }

  /** Waits, for a while, until nobody writes to a session: a client may be back before its broken connection was noticed. */
  async #handover(id: string): Promise<void> {
    const ended = this.#busy.get(id);
    if (ended) await Promise.race([ended, Bun.sleep(limits.uploadHandoverMs)]);
  }

  /** Reads the body to its end. What arrived before an interruption is kept, and the interruption passed on. */
  async #receive(session: Session, chunk: Chunk, writer: UploadWriter, digester: Digester): Promise<void> {
    try {
      await pump(session, chunk, writer, digester);
      checkReceived(session, chunk, writer.offset);
    } catch (error) {
      if (error instanceof BodyInterrupted) {
        await this.#keep(session, writer, digester);
        throw new RegistryError("UPLOAD_INVALID", { detail: { offset: writer.offset } });
      }
      await writer.cut();
      throw error;
    }
  }

  async #keep(session: Session, writer: UploadWriter, digester: Digester): Promise<Session> {
    const { store, clock } = this.#services;
    const { offset } = writer;
    const expiresAt = clock.now() + limits.uploadLifetimeMs;
    if (offset > session.offset) await this.#orAbandon(session.id, () => writer.keep());
    if (!(await store.advanceUpload(session.id, session.offset, offset, expiresAt))) throw unknown(session.id);
    this.#hashes.put(session.id, digester, offset);
    return { ...session, offset, expiresAt };
  }

  /** After a failed sync nobody knows what the disk holds of a session, also not after a second one that succeeds. */
  async #orAbandon<T>(id: string, makeDurable: () => Promise<T>): Promise<T> {
    try {
      return await makeDurable();
    } catch (error) {
      await this.#forget(id).catch(() => undefined);
      throw error;
    }
  }

  async #verify(session: Session, digests: readonly Digest[], writer: UploadWriter, digester: Digester): Promise<void> {
    const actual = new Map<Algorithm, Digest>([[session.algorithm, digester.digest()]]);
    for (const digest of digests) {
      const algorithm = requireSupported(digest);
      let computed = actual.get(algorithm);
      if (!computed) {
        computed = await this.#hashes.digest(session.id, algorithm, writer.offset);
        actual.set(algorithm, computed);
      }
      if (computed === digest) continue;
      // The sender's idea of the content is wrong, and nothing it could add would make it right.
      await this.#forget(session.id);
      throw new RegistryError("DIGEST_MISMATCH", { detail: { digest, actual: computed, size: writer.offset } });
    }
  }

  async #commit(session: Session, digests: readonly Digest[], writer: UploadWriter): Promise<Digest> {
    const { store, driver } = this.#services;
    const digest = digests[0]!;
    // The bytes that the digest has already are kept only if they are there; else this push heals it.
    const known = await store.bytesOf(digest);
    if (known) await openIntact(this.#services, known);

    const key = await this.#orAbandon(session.id, () => writer.commit(digest));
    const committed = await this.#nameBytes(session, digests, key, writer);
    const surplus = committed ? committed.surplus : key;
    if (surplus !== null) await driver.remove(surplus);
    if (!committed) throw unknown(session.id);
    await driver.discardUpload(session.id);
    return digest;
  }

  async #nameBytes(session: Session, digests: readonly Digest[], key: string, writer: UploadWriter) {
    const { store, driver, clock } = this.#services;
    const { id: upload, repository } = session;
    const at = clock.now();
    const [digest, ...otherDigests] = [...new Set(digests)];
    const content = { digest: digest!, otherDigests, key, size: writer.offset };
    const blob = { repository, ...content, upload, at, pinnedUntil: at + limits.pinMs };
    try {
      return await store.commitBlob(blob);
    } catch (error) {
      // Refused, and nothing was changed: the session can end again later. After a fault the row may be there after all.
      if (error instanceof StoreUnavailable && !store.fault) await driver.remove(key);
      throw error;
    }
  }

  /** Row first, then bytes: a crash between the two leaves bytes that the next start sweeps. */
  async #forget(id: string): Promise<void> {
    this.#hashes.forget(id);
    await this.#services.store.endUpload(id);
    await this.#services.driver.discardUpload(id);
  }
}

/** The write of a piece runs while the same piece is hashed; the socket is not read again before both are done. */
async function pump(session: Session, chunk: Chunk, writer: UploadWriter, digester: Digester): Promise<void> {
  for await (const bytes of chunk.body) {
    checkArriving(session, chunk, writer.offset - session.offset + bytes.length);
    const written = writer.write(bytes);
    digester.update(bytes);
    await written;
  }
}

function requireSupported(digest: Digest): Algorithm {
  const algorithm = algorithmOf(digest);
  if (algorithm) return algorithm;
  throw new RegistryError("DIGEST_UNSUPPORTED", { detail: { digest } });
}

function unknown(id: string): RegistryError {
  return new RegistryError("UPLOAD_UNKNOWN", { detail: { session: id } });
}
