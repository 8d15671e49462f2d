import { path } from "./codecs.ts";
import type { Setting, SettingGroup } from "./setting.ts";

/** The settings of TLS. */
export const tls = {
  name: "tls",
  title: "TLS",
  doc: "The certificate of the registry.",
  settings: {
    tlsCert: {
      key: "tls-cert",
      doc: "File with the certificate for TLS, followed by its intermediate certificates. With `tls-cert` and `tls-key`, the port accepts only TLS. Lading reads both files again when they change, and on SIGHUP.",
      ...path,
      form: "PEM file",
      default: null,
      example: "/etc/lading/tls.crt",
      accepts: "the path of a PEM file, such as /etc/lading/tls.crt",
      otherNames: ["cert", "certificate", "tls-certificate", "ssl-cert"],
    } satisfies Setting<string>,
    tlsKey: {
      key: "tls-key",
      doc: "File with the private key of `tls-cert`, without a passphrase. The file may be readable by its owner and its group only (mode 0400, 0440, 0600 or 0640).",
      ...path,
      form: "PEM file",
      default: null,
      example: "/etc/lading/tls.key",
      accepts: "the path of a PEM file, such as /etc/lading/tls.key",
      otherNames: ["key", "private-key", "tls-private-key", "ssl-key"],
    } satisfies Setting<string>,
  },
} as const satisfies SettingGroup;
