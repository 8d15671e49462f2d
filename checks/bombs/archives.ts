/** Layers of 2014 with many files: computing the tarsum has to read each of them. */
import { gzipSync } from "node:zlib";
import { dockerLimits } from "../../src/docker/limits.ts";
import { compose, draftOf } from "../fuzz/message.ts";
import { tarEnd, tarHeader } from "../../test/support/tar.ts";
import type { Bomb } from "./bomb.ts";
import { volley } from "./volley.ts";

function archiveOf(entries: number): Uint8Array {
  const headers = Array.from({ length: entries }, (_, number) => tarHeader({ name: `file-${number}`, size: 0 }));
  return gzipSync(Buffer.concat([...headers, tarEnd]));
}

const wrong = `tarsum.v1%2Bsha256:${"0".repeat(64)}`;

export const archiveBombs: readonly Bomb[] = [
  {
    name: `4 layers of ${dockerLimits.tarEntries} files, each by a wrong tarsum`,
    expected: ["400"],
    drop: (port) => {
      const target = `/v2/bombs/archives/blobs/uploads/?digest=${wrong}`;
      return volley(port, [compose(draftOf("POST", target, Buffer.from(archiveOf(dockerLimits.tarEntries))))], 4);
    },
  },
];
