/** Which part of the house may know which other. What is not listed is forbidden. */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  base: [],
  oci: ["base"],
  auth: ["base", "oci"],
  keys: ["base", "oci"],
  config: ["base", "oci"],
  api: ["base", "oci", "auth"],
  "api/documents": ["base", "oci", "api", "config"],
  storage: ["base", "oci"],
  "storage/memory": ["base", "oci", "storage"],
  "storage/filesystem": ["base", "oci", "storage"],
  metadata: ["base", "oci"],
  "metadata/sql": ["base", "oci", "metadata"],
  "metadata/sqlite": ["base", "oci", "metadata", "metadata/sql"],
  registry: ["base", "oci", "auth", "storage", "metadata"],
  http: ["base", "oci", "auth", "api", "api/documents", "registry"],
  // Asks other registries; what runs here does not know it, nor it what runs here.
  client: ["base", "oci", "api"],
  conversion: ["base", "oci", "client"],
  // Puts load on registries from outside.
  bench: ["base", "oci", "api"],
  // The composition root and the commands know everything; nothing knows them.
  serve: [
    "base",
    "oci",
    "auth",
    "keys",
    "config",
    "api",
    "storage",
    "storage/filesystem",
    "metadata",
    "metadata/sqlite",
    "registry",
    "http",
  ],
  cli: ["base", "oci", "keys", "config", "metadata/sqlite", "client", "conversion", "bench", "serve"],
};

/** The part that a file below `src` belongs to: the longest name of a part that its path starts with. */
export function partOf(path: string): string | undefined {
  const parts = Object.keys(mayImport).filter((part) => path === `${part}.ts` || path.startsWith(`${part}/`));
  return parts.toSorted((a, b) => b.length - a.length)[0];
}

/** What an import breaks, in words; undefined where it may be. */
export function offence(from: string, to: string): string | undefined {
  const [importer, imported] = [partOf(from), partOf(to)];
  if (!importer) return `${from} belongs to no part of the house (test/architecture/layers.ts)`;
  if (!imported) return `${from} imports ${to}, which belongs to no part of the house`;
  if (importer === imported || mayImport[importer]!.includes(imported)) return undefined;
  return `${from} (${importer}) imports ${to} (${imported})`;
}
