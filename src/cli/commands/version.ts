import manifest from "../../../package.json" with { type: "json" };

export async function version(): Promise<number> {
  process.stdout.write(`lading ${manifest.version} (Bun ${Bun.version})\n`);
  return 0;
}
