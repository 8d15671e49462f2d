import type { DistributionKey } from "../key.ts";
import { isOn, readSwitch, readText } from "../values.ts";

/** The storage drivers of distribution that Lading does not have. Version 3 has removed `oss` and `swift`. */
const otherDrivers = ["azure", "gcs", "inmemory", "oss", "s3", "s3aws", "swift"];

/** The keys of `storage` that name a driver. A configuration must have exactly one of them. */
export const driverPaths: readonly string[] = ["filesystem", ...otherDrivers].map((name) => `storage.${name}`);

/** The keys of the storage. */
export const storageKeys: readonly DistributionKey[] = [
  {
    path: "storage.filesystem.rootdirectory",
    setting: "data",
    read: readText,
    otherwise: { value: "/var/lib/registry", within: "storage.filesystem" },
    note: "Lading cannot read the files of distribution, and does not start on a directory that has them. Name an empty directory.",
  },
  { path: "storage.filesystem.maxthreads", noEffect: "Lading limits its threads itself" },
  ...otherDrivers.map((name): DistributionKey => ({
    path: `storage.${name}`,
    unsupported: "Lading stores on a local disk only; name a directory with storage.filesystem",
    evenEmpty: true,
  })),
  {
    path: "storage.delete.enabled",
    setting: "deletion",
    read: readSwitch,
    otherwise: { value: false, within: "storage" },
  },
  { path: "storage.redirect", noEffect: "Lading sends blobs itself, and never redirects" },
  { path: "storage.cache", noEffect: "Lading has its caches in memory, and needs no setting for them" },
  { path: "storage.tag", noEffect: "Lading finds the tags of a manifest in its database" },
  {
    path: "storage.maintenance.uploadpurging",
    noEffect: "Lading removes an upload session a week after its last request",
  },
  {
    path: "storage.maintenance.readonly",
    unsupported: "Lading has no read-only mode; let a proxy refuse all methods except GET and HEAD",
    isUsed: (value) => isOn((value as { readonly enabled?: unknown } | null)?.enabled),
    accepted: "`enabled: false`",
  },
];
