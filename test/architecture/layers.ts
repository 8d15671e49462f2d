/** The parts of the source that each part may import. All other imports are forbidden. */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  base: [],
  oci: ["base"],
  // The formats of 2014: schema 1 and tarsums.
  docker: ["base", "oci"],
  auth: ["base", "oci"],
  config: ["base", "oci"],
  api: ["base", "oci", "auth"],
  "api/documents": ["base", "oci", "api", "config"],
  storage: ["base", "oci"],
  "storage/memory": ["base", "oci", "storage"],
  "storage/filesystem": ["base", "oci", "storage"],
  metadata: ["base", "oci"],
  "metadata/sql": ["base", "oci", "metadata"],
  "metadata/sqlite": ["base", "oci", "metadata", "metadata/sql"],
  // Services that every part of the registry needs: the store, the driver, the clock, the locks.
  "registry/services": ["base", "oci", "storage", "metadata"],
  "registry/cache": ["base", "oci", "metadata", "registry/services"],
  "registry/hashing": ["base", "oci", "storage"],
  "registry/content": ["base", "oci", "auth", "storage", "metadata", "registry/services", "registry/cache"],
  "registry/uploads": [
    "base",
    "oci",
    "auth",
    "storage",
    "metadata",
    "registry/services",
    "registry/content",
    "registry/hashing",
  ],
  "registry/legacy": [
    "base",
    "oci",
    "docker",
    "auth",
    "storage",
    "metadata",
    "registry/services",
    "registry/cache",
    "registry/content",
    "registry/uploads",
  ],
  registry: [
    "base",
    "oci",
    "auth",
    "metadata",
    "registry/services",
    "registry/cache",
    "registry/hashing",
    "registry/content",
    "registry/uploads",
    "registry/legacy",
  ],
  // Repeated work of the primary.
  jobs: ["base", "registry/uploads"],
  http: [
    "base",
    "oci",
    "auth",
    "api",
    "api/documents",
    "registry",
    "registry/content",
    "registry/uploads",
    "registry/legacy",
  ],
  // The client of other registries. It is independent of the parts that serve requests.
  client: ["base", "oci", "api"],
  convert: ["base", "oci", "docker", "client"],
  // Generates load on registries from outside.
  loadtest: ["base", "oci", "api"],
  // The composition root and the commands may import everything, and no other part imports them.
  server: [
    "base",
    "oci",
    "docker",
    "auth",
    "config",
    "api",
    "storage",
    "storage/filesystem",
    "metadata",
    "metadata/sqlite",
    "registry",
    "registry/services",
    "registry/hashing",
    "registry/content",
    "registry/uploads",
    "registry/legacy",
    "http",
    "jobs",
  ],
  cli: [
    "base",
    "oci",
    "docker",
    "config",
    "metadata/sqlite",
    "registry/legacy",
    "client",
    "convert",
    "loadtest",
    "server",
  ],
};

/** The part of a file below `src`: the longest name of a part that begins its path. */
export function partOf(path: string): string | undefined {
  const parts = Object.keys(mayImport).filter((part) => path === `${part}.ts` || path.startsWith(`${part}/`));
  return parts.toSorted((a, b) => b.length - a.length)[0];
}

/** The error of a forbidden import; undefined if it is allowed. */
export function offence(from: string, to: string): string | undefined {
  const [importer, imported] = [partOf(from), partOf(to)];
  if (!importer) return `${from} belongs to no part of the source (test/architecture/layers.ts)`;
  if (!imported) return `${from} imports ${to}, which belongs to no part of the source`;
  if (importer === imported || mayImport[importer]!.includes(imported)) return undefined;
  return `${from} (${importer}) imports ${to} (${imported})`;
}

/** The files of each cycle of imports, sorted by name; empty if there is none. */
export function circles(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  // Tarjan's strongly connected components.
  const index = new Map<string, number>();
  const lowest = new Map<string, number>();
  const path: string[] = [];
  const found: string[][] = [];
  const visit = (file: string) => {
    index.set(file, index.size);
    lowest.set(file, index.get(file)!);
    path.push(file);
    for (const imported of imports.get(file) ?? []) {
      if (!index.has(imported)) visit(imported);
      if (path.includes(imported)) lowest.set(file, Math.min(lowest.get(file)!, lowest.get(imported)!));
    }
    if (lowest.get(file) !== index.get(file)) return;
    const circle = path.splice(path.indexOf(file));
    if (circle.length > 1) found.push(circle.toSorted());
  };
  for (const file of imports.keys()) if (!index.has(file)) visit(file);
  return found;
}
