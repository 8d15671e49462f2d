import { parseHost } from "../../oci/host.ts";
import type { Setting, SettingGroup } from "./setting.ts";

/** Parses a list of hosts, each with an optional port, and returns them in lower case. `*` is every host. */
function parseHosts(text: string): readonly string[] | undefined {
  const hosts = text.split(",").map((one) => one.trim().toLowerCase());
  return hosts.every((host) => host === "*" || parseHost(host) !== undefined) ? hosts : undefined;
}

/** Parses a list of origins and returns them in the format that browsers send. `*` is every origin. */
function parseOrigins(text: string): readonly string[] | undefined {
  const origins = text.split(",").map((one) => (one.trim() === "*" ? "*" : parseOrigin(one.trim())));
  return origins.every((one) => one !== undefined) ? origins : undefined;
}

/** Parses scheme, host and port. Apps that contain a browser engine use other schemes than HTTP. */
function parseOrigin(text: string): string | undefined {
  const [, scheme = "", host = ""] = /^([a-z][a-z0-9+.-]*):\/\/([^/]*)\/?$/.exec(text) ?? [];
  if (parseHost(host) === undefined || !URL.canParse(text)) return undefined;
  return scheme === "http" || scheme === "https" ? new URL(text).origin : `${scheme}://${host}`;
}

/** The settings of web browsers. */
export const browsers = {
  name: "browsers",
  title: "Browsers",
  doc: "Which web pages may use the registry.",
  settings: {
    allowedHosts: {
      key: "allowed-hosts",
      doc: "Host names by which web browsers may reach the registry, in addition to loopback names, the address in `listen` and the host of `public-address`. Each may have a port; `*` allows every name. A browser that asks for another name gets 403, because a web page could use such a name to reach a registry in its reader's private network (DNS rebinding). Clients other than browsers may use any name.",
      form: "host[:port][,host[:port]...]",
      default: null,
      example: "registry.example.com,registry:5000",
      value: { kind: "list" },
      parse: parseHosts,
    } satisfies Setting<readonly string[]>,
    corsOrigins: {
      key: "cors-origins",
      doc: "Origins of web pages that may use the registry from a browser, to read and to write, such as a user interface on another host. `*` allows every web page. Browsers get 403 for pages of all other origins.",
      form: "origin[,origin...]",
      default: null,
      example: "https://ui.example.com",
      value: { kind: "list" },
      parse: parseOrigins,
    } satisfies Setting<readonly string[]>,
  },
} as const satisfies SettingGroup;
