import manifest from "../../../package.json" with { type: "json" };

/** Prints the versions of Lading and Bun. */
export async function version(): Promise<number> {
  process.stdout.write(`lading ${manifest.version} (Bun ${Bun.version})\n`);
  return 0;
}
