import { onOff } from "./codecs.ts";
import type { Setting, SettingGroup } from "./setting.ts";

/** The settings of pushes and deletions. */
export const content = {
  name: "content",
  title: "Content",
  doc: "What clients may push and delete.",
  settings: {
    deletion: {
      key: "deletion",
      doc: "If on, clients may delete tags, manifests and blobs. If off, such requests get 405. Clients can always cancel upload sessions. Deleting does not free disk space yet.",
      ...onOff,
      default: "on",
    } satisfies Setting<boolean>,
    sparseIndexes: {
      key: "sparse-indexes",
      doc: "If on, an index may be pushed although the repository does not have all manifests that it lists, for instance to copy only some platforms of an image. A pull of a missing manifest gets 404. If a missing manifest is pushed later, it can be deleted only after the index. If off, Lading refuses such a push with one `MANIFEST_BLOB_UNKNOWN` for each missing manifest.",
      ...onOff,
      default: "off",
    } satisfies Setting<boolean>,
  },
} as const satisfies SettingGroup;
