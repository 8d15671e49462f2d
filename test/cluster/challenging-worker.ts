// The program of a worker that challenges each request. The realm names its principal, and the principal its process.
import type { Parts } from "../../src/server/parts.ts";
import { work } from "../../src/server/cluster/worker.ts";

const parts: Partial<Parts> = {
  authenticate: () => ({ name: `process ${process.pid}` }),
  policy: { decide: ({ principal }) => ({ challenge: `Basic realm="${principal.name}"` }) },
};
process.exit(await work(parts));
