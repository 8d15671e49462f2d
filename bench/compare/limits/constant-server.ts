/**
 * Answers every request with one file and fixed headers. It shows the maximum rate of this runtime in one process.
 *
 *   bun bench/compare/limits/constant-server.ts PORT FILE MEDIA-TYPE DIGEST
 */
import { readFileSync } from "node:fs";

const [port = "0", file = "", mediaType = "", digest = ""] = process.argv.slice(2);
const body = readFileSync(file);
const headers = {
  "Content-Type": mediaType,
  "Docker-Content-Digest": digest,
  ETag: `"${digest}"`,
  "Docker-Distribution-Api-Version": "registry/2.0",
};

Bun.serve({ hostname: "127.0.0.1", port: Number(port), fetch: () => new Response(body, { headers }) });
