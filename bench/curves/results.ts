import { join } from "node:path";
import type { CurveData } from "./data.ts";

export async function writeResults(out: string, data: CurveData): Promise<void> {
  await Bun.write(join(out, `${data.curve}.json`), `${JSON.stringify(data, null, 2)}\n`);
}
