import type { Digest } from "../../src/oci/digest.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import type { Content } from "../../test/support/content.ts";
import { contentOf, manifestOf, type Image, type Recipe } from "./content.ts";
import type { Answer, HttpClient, Outgoing } from "./http-client.ts";
import type { Ticket } from "./model.ts";
import type { Random } from "./random.ts";
import { SessionModel } from "./session-model.ts";
import { patch, put, readStanding } from "./session-requests.ts";
import type { BlobPlace, Library, ManifestPlace, TagPlace, World } from "./world.ts";

/** Blobs that every pusher may push, so that the same bytes are pushed concurrently. */
const commonBlobs = 24;

/** A client that pushes, moves, deletes and interrupts, one request after the other. */
export class Pusher {
  readonly #world: World;
  readonly #random: Random;
  /** The repository that only this pusher writes to, so its content is always known. */
  readonly #own: Library;
  /** The repository that all pushers write to. */
  readonly #shared: Library;
  #sessions: SessionModel[] = [];

  constructor(world: World, random: Random, own: Library, shared: Library) {
    this.#world = world;
    this.#random = random;
    this.#own = own;
    this.#shared = shared;
  }

  /** Continues until the connection breaks, which is the purpose of the check. */
  async run(client: HttpClient): Promise<unknown> {
    this.#sessions = this.#sessions.filter(({ open }) => open);
    try {
      for (;;) await this.#step(client);
    } catch (error) {
      return error;
    }
  }

  #step(client: HttpClient): Promise<void> {
    const library = this.#random.chance(0.25) ? this.#shared : this.#own;
    const roll = this.#random.between(0, 99);
    if (roll < 14) return this.#pushWhole(client, library, this.#blob(library, this.#recipe()));
    if (roll < 24) return this.#pushTwoStep(client, library, this.#blob(library, this.#recipe()));
    if (roll < 40) return this.#pushChunked(client);
    if (roll < 56) return this.#pushImage(client, library, { config: this.#fresh(900), layer: this.#recipe(false) });
    if (roll < 68) return this.#moveTag(client, library);
    if (roll < 75) return this.#deleteTag(client, library);
    if (roll < 81) return this.#deleteManifest(client);
    if (roll < 87) return this.#deleteBlob(client, library);
    if (roll < 91) return this.#mount(client);
    if (roll < 94) return this.#pushAgain(client);
    if (roll < 96) return this.#cancel(client);
    return this.#tear(client);
  }

  #recipe(mayBeCommon = true): Recipe {
    if (mayBeCommon && this.#random.chance(0.3)) {
      const seed = this.#random.between(1, commonBlobs);
      return { seed, size: 100 * seed };
    }
    return this.#fresh(this.#random.chance(0.03) ? 1_500_000 : 24_000);
  }

  #fresh(largest: number): Recipe {
    return { seed: this.#random.next(), size: this.#random.between(64, largest) };
  }

  #blob(library: Library, recipe: Recipe): BlobPlace {
    return this.#world.blob(library, recipe, contentOf(recipe).digest);
  }

  async #pushWhole(client: HttpClient, library: Library, blob: BlobPlace): Promise<void> {
    const path = `/v2/${library.repository}/blobs/uploads/?digest=${blob.reference}`;
    await this.#write(client, { method: "POST", path, body: contentOf(blob.recipe).bytes }, 201, [
      this.#begin(blob, blob.reference),
    ]);
  }

  async #pushTwoStep(client: HttpClient, library: Library, blob: BlobPlace): Promise<void> {
    const session = await this.#start(client, library, blob.recipe);
    if (session) await this.#finish(client, session);
  }

  /** Pushes in chunks. Sometimes it resumes a session of an earlier round, and sometimes it stops halfway. */
  async #pushChunked(client: HttpClient): Promise<void> {
    const left = this.#random.chance(0.3) ? this.#random.pickWhere(this.#sessions, ({ quiet }) => quiet) : undefined;
    const session = left ?? (await this.#start(client, this.#own, this.#recipe()));
    if (!session) return;
    const { size } = session.recipe;
    for (let chunks = this.#random.between(1, 3); chunks > 0 && session.offset < size - 2; chunks -= 1) {
      const length = this.#random.between(2, size - session.offset);
      session.beginAppend(length);
      const answer = await this.#send(client, patch(session, session.offset, length), 202);
      if (!answer) return;
      session.acknowledgeAppend();
      this.#check(session, readStanding(answer));
    }
    if (this.#random.chance(0.15)) return;
    await this.#finish(client, session);
  }

  /** Interrupts a chunk, and asks how much has arrived. The rest of it may arrive after the answer. */
  async #tear(client: HttpClient): Promise<void> {
    const session = await this.#start(client, this.#own, this.#fresh(200_000));
    if (!session) return;
    const { size } = session.recipe;
    session.beginAppend(size, true);
    this.#world.operations += 1;
    await client.sendTorn(patch(session, 0, size), this.#random.between(0, size - 1));
    const standing = readStanding(await client.send({ method: "GET", path: session.location }));
    if (this.#check(session, standing) && standing !== "gone") session.narrow(standing);
  }

  async #start(client: HttpClient, { repository }: Library, recipe: Recipe): Promise<SessionModel | undefined> {
    const answer = await this.#send(client, { method: "POST", path: `/v2/${repository}/blobs/uploads/` }, 202);
    const location = answer?.headers.get("location");
    if (!location) return undefined;
    const session = new SessionModel(repository, location, recipe);
    this.#world.sessions.push(session);
    this.#sessions.push(session);
    return session;
  }

  async #finish(client: HttpClient, session: SessionModel): Promise<void> {
    const blob = this.#blob(this.#world.library(session.repository), session.recipe);
    session.beginEnd(this.#begin(blob, blob.reference));
    const answer = await this.#send(client, put(session, session.offset, blob.reference), 201);
    if (answer) session.acknowledgeEnd();
  }

  async #cancel(client: HttpClient): Promise<void> {
    const session = this.#random.pickWhere(this.#sessions, ({ quiet }) => quiet);
    if (!session) return;
    session.beginEnd();
    const answer = await this.#send(client, { method: "DELETE", path: session.location }, 204);
    if (answer) session.acknowledgeEnd();
  }

  async #pushImage(client: HttpClient, library: Library, image: Image): Promise<void> {
    const blobs = [this.#blob(library, image.config), this.#blob(library, image.layer)];
    for (const blob of blobs) {
      blob.referenced = true;
      if (blob.register.certain() !== blob.reference) await this.#pushWhole(client, library, blob);
    }
    const content = manifestOf(image);
    const manifest = this.#world.manifest(library, image, content.bytes, blobs);
    const tags = library.tags.filter(() => this.#random.chance(0.2));
    await this.#putManifest(client, manifest, content, tags);
  }

  async #moveTag(client: HttpClient, library: Library): Promise<void> {
    const manifest = this.#random.pickWhere(library.manifests, isThere);
    const tag = this.#random.pick(library.tags);
    if (manifest && tag) await this.#putManifest(client, manifest, manifestOf(manifest.image), [tag]);
  }

  /**
   * Pushes by the tag if there is one, by the digest if there is none, and by the digest with the tags if there are
   * several.
   */
  async #putManifest(
    client: HttpClient,
    manifest: ManifestPlace,
    { bytes: body, digest }: Content,
    tags: readonly TagPlace[],
  ): Promise<void> {
    const names = tags.map(({ reference }) => reference);
    const reference = names.length === 1 ? names[0] : digest;
    const query = names.length > 1 ? `?${names.map((name) => `tag=${name}`).join("&")}` : "";
    const path = `/v2/${manifest.repository}/manifests/${reference}${query}`;
    const headers = { "content-type": mediaTypes.ociManifest };
    const tickets = [manifest, ...tags].map((place) => this.#begin(place, digest));
    await this.#write(client, { method: "PUT", path, headers, body }, 201, tickets);
  }

  async #deleteTag(client: HttpClient, library: Library): Promise<void> {
    const tag = this.#random.pickWhere(library.tags, ({ register }) => register.certain() !== null);
    if (!tag) return;
    const path = `/v2/${tag.repository}/manifests/${tag.reference}`;
    // In the shared repository, another pusher may have been faster.
    const refusals = library === this.#shared ? [404] : [];
    await this.#write(client, { method: "DELETE", path }, 202, [this.#begin(tag, null)], refusals);
  }

  /** Only in its own repository, because the tags of the manifest must be known. */
  async #deleteManifest(client: HttpClient): Promise<void> {
    const manifest = this.#random.pickWhere(this.#own.manifests, isThere);
    if (!manifest) return;
    const tags = this.#own.tags.filter(({ register }) => register.certain() === manifest.reference);
    const tickets = [manifest, ...tags].map((place) => this.#begin(place, null));
    const path = `/v2/${manifest.repository}/manifests/${manifest.reference}`;
    if (!(await this.#write(client, { method: "DELETE", path }, 202, tickets))) return;
    for (const blob of manifest.blobs) blob.referenced = false;
  }

  async #deleteBlob(client: HttpClient, library: Library): Promise<void> {
    const blob = this.#random.pickWhere(library.blobs, (each) => isThere(each) && !each.referenced);
    if (!blob) return;
    const path = `/v2/${blob.repository}/blobs/${blob.reference}`;
    const refusals = library === this.#shared ? [404] : [];
    await this.#write(client, { method: "DELETE", path }, 202, [this.#begin(blob, null)], refusals);
  }

  async #mount(client: HttpClient): Promise<void> {
    const source = this.#random.pickWhere(this.#shared.blobs, isThere);
    if (!source) return;
    const target = this.#world.blob(this.#own, source.recipe, source.reference);
    const path = `/v2/${this.#own.repository}/blobs/uploads/?mount=${source.reference}&from=${source.repository}`;
    // A 202 means that another pusher has deleted the blob meanwhile, and the registry has started a session instead.
    await this.#write(client, { method: "POST", path }, 201, [this.#begin(target, target.reference)], [202]);
  }

  /** Pushes content again that was deleted, or never acknowledged. */
  async #pushAgain(client: HttpClient): Promise<void> {
    const manifest = this.#random.pickWhere(this.#own.manifests, (each) => !isThere(each));
    if (manifest) return this.#pushImage(client, this.#own, manifest.image);
    const blob = this.#random.pickWhere(this.#own.blobs, (each) => !isThere(each));
    if (blob) await this.#pushTwoStep(client, this.#own, blob);
  }

  #begin(place: BlobPlace | ManifestPlace | TagPlace, value: Digest | null): Ticket {
    this.#world.touch(place);
    return place.register.begin(value);
  }

  /** True if the write was acknowledged. If the connection breaks first, the tickets stay open. */
  async #write(
    client: HttpClient,
    request: Outgoing,
    expected: number,
    tickets: readonly Ticket[],
    refusals: readonly number[] = [],
  ): Promise<boolean> {
    const answer = await this.#send(client, request, expected, refusals);
    if (!answer) return false;
    const done = answer.status === expected;
    for (const ticket of tickets) {
      if (done) ticket.acknowledge();
      else ticket.reject();
    }
    return done;
  }

  /** Undefined if no operation here can lead to this answer. Then the outcome stays open, and the run fails. */
  async #send(
    client: HttpClient,
    request: Outgoing,
    expected: number,
    refusals: readonly number[] = [],
  ): Promise<Answer | undefined> {
    this.#world.operations += 1;
    const answer = await client.send(request);
    if (answer.status === expected) {
      this.#world.acknowledged += 1;
      return answer;
    }
    if (refusals.includes(answer.status)) return answer;
    const text = new TextDecoder().decode(answer.bytes);
    this.#world.surprise(`${request.method} ${request.path} -> ${answer.status} ${text}`);
    return undefined;
  }

  #check(session: SessionModel, standing: ReturnType<typeof readStanding>): boolean {
    const violation = session.judge(standing);
    if (violation) this.#world.surprises.push(violation);
    return violation === undefined;
  }
}

function isThere({ register, reference }: BlobPlace | ManifestPlace): boolean {
  return register.certain() === reference;
}
