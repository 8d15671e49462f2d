import type { DistributionKey } from "../key.ts";
import { hasEnabledItem } from "../values.ts";

const authKeys: readonly DistributionKey[] = [
  {
    path: "auth.htpasswd",
    unsupported:
      "Lading has no accounts yet, and anyone who can reach the port can push; nginx can check the same file (docs/nginx/basic-auth.conf)",
    evenEmpty: true,
  },
  ...["auth.token", "auth.silly"].map((path): DistributionKey => ({
    path,
    unsupported: "Lading does not check tokens yet, and anyone who can reach the port can push; let a proxy check them",
    evenEmpty: true,
  })),
  { path: "auth.none", noEffect: "Lading has no accounts" },
];

const healthKeys: readonly DistributionKey[] = [
  { path: "health.storagedriver", noEffect: "/readyz checks the storage and the database at each request" },
  ...["health.file", "health.http", "health.tcp"].map((path): DistributionKey => ({
    path,
    unsupported: "/readyz checks only the storage and the database of Lading; let the load balancer check the rest",
  })),
];

const proxyKeys: readonly DistributionKey[] = [
  {
    path: "proxy.remoteurl",
    unsupported: "Lading is no pull-through cache; push the images, or copy them with skopeo sync",
  },
  ...["username", "password", "exec", "ttl", "cachewritetimeout"].map((name): DistributionKey => ({
    path: `proxy.${name}`,
    noEffect: "the pull-through cache exists only with proxy.remoteurl",
  })),
];

/** The keys of accounts, notifications and other services. */
export const serviceKeys: readonly DistributionKey[] = [
  ...authKeys,
  {
    path: "notifications.endpoints",
    unsupported: "Lading sends no notifications; read the log, or the tag history of the _oci extension",
    isUsed: hasEnabledItem,
    accepted: "`disabled: true`",
  },
  { path: "notifications.events", noEffect: "notifications exist only with notifications.endpoints" },
  ...["registry", "repository", "storage"].map((name): DistributionKey => ({
    path: `middleware.${name}`,
    unsupported: "Lading has no middleware",
    isUsed: hasEnabledItem,
    accepted: "`disabled: true`",
  })),
  { path: "redis", noEffect: "Lading has its caches in memory" },
  ...healthKeys,
  ...proxyKeys,
];
