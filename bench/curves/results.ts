/** The output of a run: the figures of each curve, its pictures, and its tables in a document. */
import { join } from "node:path";
import type { CurveName } from "./curves.ts";
import type { CurveData } from "./data.ts";
import { draw } from "./picture/picture.ts";
import { picturesOf } from "./pictures.ts";
import { tablesOf, withTable } from "./tables.ts";

export async function readResults(out: string, curve: CurveName): Promise<CurveData | undefined> {
  const file = Bun.file(join(out, `${curve}.json`));
  return (await file.exists()) ? ((await file.json()) as CurveData) : undefined;
}

/** Writes the results. The tables go to their places in the document with the name of the folder. */
export async function writeResults(out: string, data: CurveData): Promise<void> {
  await Bun.write(join(out, `${data.curve}.json`), `${JSON.stringify(data, null, 2)}\n`);
  for (const [name, picture] of Object.entries(picturesOf(data.curve, data.points))) {
    await Bun.write(join(out, `${name}.svg`), draw(picture));
  }
  const file = Bun.file(`${out}.md`);
  if (!(await file.exists())) return;
  const before = await file.text();
  const after = Object.entries(tablesOf(data)).reduce((text, [name, table]) => withTable(text, name, table), before);
  if (after !== before) await Bun.write(file, after);
}
