import { parseHost } from "../../oci/host.ts";
import { parseRepositoryName, type RepositoryName } from "../../oci/repository-name.ts";
import { configLimits } from "../limits.ts";
import type { Setting, SettingGroup } from "./setting.ts";

/** The repositories for the content of other registries, by the host of the registry. */
export type Namespaces = ReadonlyMap<string, RepositoryName>;

function parseNamespaces(text: string): Namespaces | undefined {
  const namespaces = new Map<string, RepositoryName>();
  for (const pair of text.split(",")) {
    const [host, name, ...rest] = pair.split("=").map((part) => part.trim());
    const repository = parseRepositoryName(name ?? "");
    if (!repository || rest.length > 0 || parseHost(host!) === undefined) return undefined;
    namespaces.set(host!, repository);
  }
  return namespaces;
}

/**
 * Parses the notice. It becomes a header of every reply, so only characters that a header may contain are valid
 * (SEC-02).
 */
function parseNotice(text: string): string | undefined {
  return text.length <= configLimits.noticeCharacters && /^[ -~]+$/.test(text) ? text : undefined;
}

/** The settings of mirrors and messages. */
export const clients = {
  name: "clients",
  title: "Clients",
  doc: "Mirrors, and a message for users.",
  settings: {
    namespaces: {
      key: "namespaces",
      doc: "Repositories with the content of other registries, for clients that use Lading as a mirror and send the `ns` parameter (containerd). A pull with `ns=host` reads below the repository of that host. Lading is not a pull-through cache: it fetches nothing from those hosts, so you have to push the images first. Lading ignores other hosts in `ns`.",
      form: "host=repository[,host=repository...]",
      default: null,
      example: "docker.io=mirror/docker.io",
      value: { kind: "list" },
      parse: parseNamespaces,
    } satisfies Setting<Namespaces>,
    notice: {
      key: "notice",
      doc: `A message for users, which Lading sends as a \`Warning\` header with every reply. At most ${configLimits.noticeCharacters} printable ASCII characters. crane and regctl print it. docker, podman, skopeo and helm do not.`,
      form: "text",
      accepts: `1 to ${configLimits.noticeCharacters} printable ASCII characters`,
      default: null,
      example: "This registry moves on Friday.",
      value: { kind: "text" },
      parse: parseNotice,
    } satisfies Setting<string>,
  },
} as const satisfies SettingGroup;
