import type { DistributionKey, Reading } from "../key.ts";
import { isOn, readList, readText } from "../values.ts";

/** Reads `/registry/` as `/registry`. */
function readPrefix(value: unknown): Reading | undefined {
  return typeof value === "string" ? { text: value.replace(/(?<=.)\/$/, "") } : undefined;
}

const corsHeaders = ["Methods", "Headers", "Credentials"].map((name) => `Access-Control-Allow-${name}`);

const tlsKeys: readonly DistributionKey[] = [
  {
    path: "http.tls.certificate",
    setting: "tls-cert",
    read: readText,
    note: "Lading reads a renewed certificate without a restart.",
  },
  { path: "http.tls.key", setting: "tls-key", read: readText, note: "Other users may not be able to read the file." },
  {
    path: "http.tls.clientcas",
    unsupported: "Lading does not check certificates of clients; let a proxy check them",
  },
  { path: "http.tls.clientauth", noEffect: "certificates of clients are checked only with http.tls.clientcas" },
  {
    path: "http.tls.minimumtls",
    unsupported: "Lading speaks TLS 1.2 and 1.3; let a proxy restrict the versions",
    isUsed: (value) => value !== "tls1.2",
    accepted: "`tls1.2`",
  },
  { path: "http.tls.ciphersuites", unsupported: "Lading has a fixed list of cipher suites; let a proxy restrict them" },
  {
    path: "http.tls.letsencrypt",
    unsupported:
      "Lading requests no certificates; use an ACME client, and name its files in http.tls.certificate and http.tls.key",
    isUsed: (value) => Object.values(value as object).some((one) => one !== null && one !== ""),
  },
];

const headerKeys: readonly DistributionKey[] = [
  {
    path: "http.headers.X-Content-Type-Options",
    unsupported: "Lading always sends nosniff",
    isUsed: (value) => [value].flat().some((one) => one !== "nosniff"),
    accepted: "`[nosniff]`",
  },
  {
    path: "http.headers.Access-Control-Allow-Origin",
    setting: "cors-origins",
    read: readList,
    note: "Lading names the origin of the page in the header, if it is in the list.",
  },
  ...[...corsHeaders, "Access-Control-Expose-Headers", "Access-Control-Max-Age"].map((name): DistributionKey => ({
    path: `http.headers.${name}`,
    noEffect: "Lading sends this header itself to the pages of cors-origins",
  })),
  { path: "http.headers.*", unsupported: "Lading adds no other headers; let a proxy add them" },
];

const debugKeys: readonly DistributionKey[] = [
  {
    path: "http.debug.addr",
    unsupported: "Lading has no second port: /healthz, /readyz and /metrics are on the port of the registry",
  },
  { path: "http.debug.prometheus.enabled", noEffect: "Lading always has /metrics, on the port of the registry" },
  {
    path: "http.debug.prometheus.path",
    unsupported: "the path is always /metrics",
    isUsed: (value) => value !== "/metrics",
    accepted: "`/metrics`",
  },
];

/** The keys of the HTTP server. */
export const httpKeys: readonly DistributionKey[] = [
  {
    path: "http.addr",
    setting: "listen",
    read: readText,
    note: "In Lading, `:5000` is every IPv4 address. For IPv6 too, write `[::]:5000`. Without this key, Lading listens on 127.0.0.1:5000.",
  },
  {
    path: "http.net",
    unsupported: "Lading listens on TCP ports only",
    isUsed: (value) => value !== "tcp",
    accepted: "`tcp`",
  },
  {
    path: "http.prefix",
    setting: "path-prefix",
    read: readPrefix,
    note: "Lading also answers requests without the prefix.",
  },
  { path: "http.host", setting: "public-address", read: readText, note: "Without a path." },
  { path: "http.secret", noEffect: "the state of an upload session is in the database, and no client gets it" },
  { path: "http.relativeurls", noEffect: "`Location` is a path, unless http.host is set" },
  { path: "http.draintimeout", noEffect: "after SIGTERM, requests in flight always get 20 seconds" },
  ...tlsKeys,
  ...debugKeys,
  ...headerKeys,
  { path: "http.http2", noEffect: "Lading speaks HTTP/1.1 only, which all clients support" },
  {
    path: "http.h2c",
    unsupported: "Lading speaks HTTP/1.1 only; set the load balancer to HTTP/1.1",
    isUsed: (value) => isOn((value as { readonly enabled?: unknown } | null)?.enabled),
    accepted: "`enabled: false`",
  },
];
