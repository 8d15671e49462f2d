import { expect, test } from "bun:test";
import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { curves, type CurveName } from "./curves.ts";
import { readResults, writeResults } from "./results.ts";

const lab = join(import.meta.dir, "..", "..", "docs", "lab");
const names = Object.keys(curves) as CurveName[];

async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "lading-results-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("the pictures and the tables of the documents match the figures next to them", () =>
  withFolder(async (folder) => {
    const out = join(folder, "curves");
    await cp(join(lab, "curves.md"), `${out}.md`);
    for (const name of names) {
      const known = await readResults(join(lab, "curves"), name);
      expect(known?.points.length).toBeGreaterThan(0);
      await writeResults(out, known!);
    }
    const written = (await readdir(out)).toSorted();
    expect(written).toEqual([...names.flatMap((name) => [`${name}.json`, `${name}.svg`]), "start.svg"].toSorted());
    for (const file of ["../curves.md", ...written]) {
      const [now, committed] = [join(out, file), join(lab, "curves", file)];
      expect(await Bun.file(now).text()).toBe(await Bun.file(committed).text());
    }
  }));

test("written results can be read again", () =>
  withFolder(async (folder) => {
    const out = join(folder, "out");
    expect(await readResults(out, "tags")).toBeUndefined();
    const points = [{ series: "GET", at: 100, perSecond: 10, p50Ms: 1, p99Ms: 2 }];
    const data = { curve: "tags", machine: "1 × processor", runtime: "Bun 1", points } as const;
    await writeResults(out, data);
    expect(await readResults(out, "tags")).toEqual(data);
    expect(await Bun.file(join(out, "tags.svg")).text()).toStartWith("<svg ");
  }));
