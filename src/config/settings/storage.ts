import { path } from "./codecs.ts";
import type { Setting, SettingGroup } from "./setting.ts";

/** The settings of the data. */
export const storage = {
  name: "storage",
  title: "Storage",
  doc: "Where the data is.",
  settings: {
    data: {
      key: "data",
      doc: "Directory for all data: the metadata database, the blobs and the signing key. It must be on a local disk. Lading does not support network filesystems.",
      ...path,
      form: "directory",
      otherNames: ["dir", "directory", "data-dir", "data-directory", "root", "storage", "path", "d"],
      default: "./data",
    } satisfies Setting<string>,
  },
} as const satisfies SettingGroup;
