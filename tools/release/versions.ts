/** A version, and the place that states it. */
export interface StatedVersion {
  readonly place: string;
  readonly version: string | undefined;
}

/** Returns whether the text is a version of Semantic Versioning, without a `v` and without build metadata. */
export function isVersion(text: string): boolean {
  const number = String.raw`(0|[1-9]\d*)`;
  return new RegExp(String.raw`^${number}\.${number}\.${number}(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$`).test(text);
}

/** Returns the places that state another version than the one of the release. */
export function disagreements(version: string, stated: readonly StatedVersion[]): string[] {
  return stated
    .filter((one) => one.version !== version)
    .map((one) => `${one.place} has the version ${one.version ?? "(none)"}, not ${version}`);
}

/** Returns the versions that the manifest, the lock file and the charts state. The texts are by their paths. */
export function statedVersions(texts: Readonly<Record<string, string>>): StatedVersion[] {
  return Object.entries(texts).flatMap(([path, text]) => {
    const read = path.endsWith(".yaml") ? chartVersions : manifestVersions;
    return read(text).map(([key, version]) => ({ place: `${path} (${key})`, version }));
  });
}

function chartVersions(text: string): [string, string | undefined][] {
  const { version, appVersion } = Bun.YAML.parse(text) as { version?: string; appVersion?: string };
  return [
    ["version", version],
    ["appVersion", appVersion],
  ];
}

function manifestVersions(text: string): [string, string | undefined][] {
  interface Manifest {
    readonly version?: string;
    readonly packages?: Readonly<Record<string, Manifest>>;
  }
  const { version, packages } = JSON.parse(text) as Manifest;
  return [["version", version], ...(packages ? [["packages", packages[""]?.version] as [string, string]] : [])];
}
