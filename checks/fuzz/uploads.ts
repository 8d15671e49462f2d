/** Uploads with several requests: started, continued and ended, correctly and incorrectly. */
import { withHeads } from "../../src/api/heads.ts";
import { table } from "../../src/api/table.ts";
import type { Random } from "../crash/random.ts";
import { blobOf } from "../../test/support/content.ts";
import type { Conversation } from "./conversation.ts";
import { frame } from "./framing.ts";
import { compose, draftOf, type Draft } from "./message.ts";
import { requestOf } from "./requests.ts";
import { valueOf } from "./wire.ts";
import { digestBytes, repositories } from "./world.ts";

const sessionRows = withHeads([
  table.uploadStatus,
  table.uploadAppend,
  table.uploadFinish,
  table.uploadCancel,
  table.legacyUploadStatus,
  table.legacyUploadAppend,
  table.legacyUploadFinish,
  table.legacyUploadCancel,
]);

const nobodysSession = "5586ec55-d95f-4436-b3e7-1d7283bbc31e";

export function* uploading(random: Random): Conversation {
  const name = random.pick(repositories)!;
  const { bytes } = blobOf(`upload ${random.between(0, 200)}`, random.between(0, 3_000));
  const [started] = yield [compose(draftOf("POST", `/v2/${name}/blobs/uploads/`))];
  const location = (started && valueOf(started, "location")) ?? `/v2/${name}/blobs/uploads/${nobodysSession}`;
  const session = location.slice(location.lastIndexOf("/") + 1);

  let at = 0;
  for (let left = random.between(0, 3); left > 0; left -= 1) {
    const piece = bytes.subarray(at, random.between(at, bytes.length));
    yield [compose(patch(random, location, piece, at))];
    at += piece.length;
    if (random.chance(0.3)) yield [compose(requestOf(random, random.pick(sessionRows)!, { name, session }))];
  }
  yield [compose(ending(random, name, location, bytes, at))];
  if (random.chance(0.5)) {
    yield [
      compose(
        requestOf(random, random.chance(0.5) ? table.blobGet : table.blobHead, { name, digest: digestBytes(bytes) }),
      ),
    ];
  }
}

function patch(random: Random, location: string, piece: Uint8Array, at: number): Draft {
  const draft = draftOf("PATCH", location, piece);
  const from = random.chance(0.9) ? at : random.between(0, 4_000);
  if (random.chance(0.5)) draft.headers.push(["Content-Range", `${from}-${from + Math.max(0, piece.length - 1)}`]);
  if (random.chance(0.4)) frame(random, draft, piece);
  return draft;
}

function ending(random: Random, name: string, location: string, bytes: Uint8Array, at: number): Draft {
  const rest = bytes.subarray(at);
  switch (random.between(0, 7)) {
    case 0:
      return draftOf("DELETE", location);
    case 1:
      return {
        ...draftOf("PUT", `${location}?digest=${digestBytes(Buffer.from("something else"))}`, rest),
        never: [201],
      };
    case 2: {
      // A session belongs to its repository.
      const elsewhere = location.replace(`/v2/${name}/`, "/v2/some/where/else/");
      return { ...draftOf("PUT", `${elsewhere}?digest=${digestBytes(bytes)}`, rest), never: [201, 202, 204] };
    }
    default: {
      // The same session, by the path of 2014.
      const session = location.slice(location.lastIndexOf("/") + 1);
      const target = random.chance(0.2) ? `/v2/${name}/blob/upload/${session}` : location;
      const draft = draftOf("PUT", `${target}?digest=${digestBytes(bytes)}`, rest);
      if (random.chance(0.2)) frame(random, draft, rest);
      return draft;
    }
  }
}
