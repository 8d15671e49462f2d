import { configLimits } from "../limits.ts";
import { bytes, onOff } from "./codecs.ts";
import type { Setting, SettingGroup } from "./setting.ts";

function parseSilence(text: string): number | undefined {
  const seconds = /^[1-9]\d{0,5}$/.test(text) ? Number(text) : Infinity;
  return seconds <= configLimits.uploadSilenceSecondsMost ? seconds : undefined;
}

/** The settings of uploads. */
export const uploads = {
  name: "uploads",
  title: "Uploads",
  doc: "Upload sessions, chunks and mounts.",
  settings: {
    uploadSilence: {
      key: "upload-silence",
      doc: `Number of seconds for which a client may send nothing in the middle of a request body, at most ${configLimits.uploadSilenceSecondsMost}. After that, Lading replies 408 and closes the connection. An upload session keeps the bytes that have arrived. While other requests wait in the queue, Lading may end a slow or silent request earlier.`,
      form: "seconds",
      accepts: `a number of seconds from 1 to ${configLimits.uploadSilenceSecondsMost}`,
      default: String(configLimits.uploadSilenceSeconds),
      value: { kind: "number", least: 1, most: configLimits.uploadSilenceSecondsMost },
      parse: parseSilence,
    } satisfies Setting<number>,
    chunkMinimum: {
      key: "chunk-minimum",
      doc: "Recommended minimum size of an upload chunk in bytes. Lading sends it to clients as `OCI-Chunk-Min-Length`, and accepts smaller chunks too. With 0, Lading does not send the header.",
      ...bytes,
      default: "0",
    } satisfies Setting<number>,
    chunkMaximum: {
      key: "chunk-maximum",
      doc: "Recommended maximum size of an upload chunk in bytes. Set it to the body limit of a proxy in front of Lading. Lading sends it to clients as `OCI-Chunk-Max-Length`, and accepts larger chunks too. Clients that do not know the header ignore it. With 0, Lading does not send the header.",
      ...bytes,
      default: "0",
    } satisfies Setting<number>,
    anonymousMount: {
      key: "anonymous-mount",
      doc: "If on, a mount request without `from` links the blob of any repository that the client may pull from. If off, such a request starts an upload session.",
      ...onOff,
      default: "off",
    } satisfies Setting<boolean>,
  },
} as const satisfies SettingGroup;
