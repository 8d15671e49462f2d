import { digestOf, type Digest } from "../../src/oci/digest.ts";
import { contentOf } from "./content.ts";
import type { HttpClient } from "./http-client.ts";
import { judge, type Observation, type Place, type Violation } from "./model.ts";
import type { SessionModel } from "./session-model.ts";
import { put, readStanding } from "./session-requests.ts";
import type { World } from "./world.ts";

const readers = 16;

/** Reads these places, hashes every byte, and takes the result as the known state from now on. */
export async function verifyPlaces(client: HttpClient, places: readonly Place[]): Promise<Violation[]> {
  const violations: Violation[] = [];
  await inParallel(places, async (place) => {
    const observation = await observe(client, place);
    const violation = judge(place, observation);
    if (violation) violations.push(violation);
    place.register.settle(observation.digest);
  });
  return violations;
}

async function observe(client: HttpClient, { kind, repository, reference }: Place): Promise<Observation> {
  const path = `/v2/${repository}/${kind === "blob" ? "blobs" : "manifests"}/${reference}`;
  const { status, headers, bytes } = await client.send({ method: "GET", path });
  if (status === 404) return { digest: null };
  if (status !== 200) throw new Error(`GET ${path} -> ${status} ${new TextDecoder().decode(bytes)}`);
  return { digest: digestOf(bytes), claimed: headers.get("docker-content-digest") };
}

/**
 * Asks for the offsets of these sessions. This must happen before the places are read, because it decides which PUT
 * of a blob has happened.
 */
export async function verifySessions(client: HttpClient, sessions: readonly SessionModel[]): Promise<Violation[]> {
  const violations: Violation[] = [];
  await inParallel(sessions, async (session) => {
    const standing = readStanding(await client.send({ method: "GET", path: session.location }));
    const violation = session.judge(standing, true);
    if (violation) violations.push(violation);
    session.settle(standing);
  });
  return violations;
}

/** Sends the missing bytes of each session. Then its blob must be in its repository. */
export async function finishSessions(
  client: HttpClient,
  world: World,
  sessions: readonly SessionModel[],
): Promise<Violation[]> {
  const violations: Violation[] = [];
  await inParallel(sessions, async (session) => {
    const digest: Digest = contentOf(session.recipe).digest;
    const blob = world.blob(world.library(session.repository), session.recipe, digest);
    world.touch(blob);
    session.beginEnd(blob.register.begin(digest));
    const { status, bytes } = await client.send(put(session, session.offset, digest));
    if (status === 201) {
      session.acknowledgeEnd();
    } else {
      const said = new TextDecoder().decode(bytes);
      violations.push({
        defect: "session",
        text: `session: ${session.location} cannot be finished: ${status} ${said}`,
      });
    }
  });
  return violations;
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const reader = async () => {
    while (next < items.length) {
      const item = items[next]!;
      next += 1;
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: readers }, reader));
}
