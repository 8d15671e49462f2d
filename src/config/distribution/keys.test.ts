import { describe, expect, test } from "bun:test";
import { places } from "../setting-names.ts";
import { parseYaml } from "../file/document.ts";
import { distributionKeys, findKey, namesIn } from "./keys.ts";
import { readDistribution } from "./reader.ts";

/**
 * All keys of the configuration of distribution: those in the references of 2.8 and 3, and those that only the source
 * code of 2.8.2 or 3.1.1 has. Each line is a mapping with its keys.
 */
const inBoth = `
: version loglevel
log.accesslog: disabled
log: level formatter
log.fields: service environment
log.hooks: type disabled levels
log.hooks.options.smtp: addr username password insecure
log.hooks.options: from to
storage.filesystem: rootdirectory maxthreads
storage.azure: accountname accountkey container
storage.gcs: bucket keyfile rootdirectory chunksize
storage.gcs.credentials: type project_id private_key_id private_key client_email client_id auth_uri token_uri
storage.gcs.credentials: auth_provider_x509_cert_url client_x509_cert_url
storage.s3: accesskey secretkey region regionendpoint bucket encrypt keyid secure v4auth chunksize
storage.s3: multipartcopychunksize multipartcopymaxconcurrency multipartcopythresholdsize rootdirectory
storage: inmemory
storage.delete: enabled
storage.redirect: disable
storage.cache: blobdescriptor
storage.maintenance.uploadpurging: enabled age interval dryrun
storage.maintenance.readonly: enabled
auth.silly: realm service
auth.token: autoredirect realm service issuer rootcertbundle
auth.htpasswd: realm path
middleware.registry: name
middleware.repository: name
middleware.storage: name
middleware.storage.options: baseurl privatekey keypairid duration ipfilteredby awsregion iprangesurl
http: addr prefix host secret relativeurls draintimeout
http.tls: certificate key clientcas
http.tls.letsencrypt: cachefile email hosts
http.debug: addr
http.debug.prometheus: enabled path
http.headers: X-Content-Type-Options
http.http2: disabled
notifications.events: includereferences
notifications.endpoints: name disabled url headers timeout threshold backoff ignoredmediatypes
notifications.endpoints.ignore: mediatypes actions
redis: password db dialtimeout readtimeout writetimeout
health.storagedriver: enabled interval threshold
health.file: file interval
health.http: uri statuscode timeout interval threshold
health.http.headers: Authorization
health.tcp: addr timeout interval threshold
proxy: remoteurl username password
validation.manifests.urls: allow deny
`;
const only28 = `
storage.swift: username password authurl tenant tenantid domain domainid insecureskipverify region container
storage.swift: rootdirectory
storage.oss: accesskeyid accesskeysecret region endpoint internal bucket encrypt secure chunksize rootdirectory
reporting.bugsnag: apikey releasestage endpoint
reporting.newrelic: licensekey name verbose
redis: addr
redis.pool: maxidle maxactive idletimeout
compatibility.schema1: signingkeyfile enabled
`;
const only3 = `
storage.azure: rootdirectory max_retries retry_delay
storage.azure.credentials: type clientid tenantid secret
storage.s3: forcepathstyle accelerate usedualstack usefipsendpoint loglevel
storage.tag: concurrencylimit
storage.cache: blobdescriptorsize
auth.token: jwks signingalgorithms
middleware.storage.options: updatefrequency
catalog: maxentries
tags: maxtags
http.tls: clientauth
http.tls.letsencrypt: directoryurl
http.h2c: enabled
redis.tls: certificate key rootcas enabled
redis: addrs maxidleconns poolsize connmaxidletime
proxy.exec: command lifetime
proxy: ttl
validation.manifests.indexes: platforms
validation.manifests.indexes.platformlist: architecture os
`;
const inSourceOnly = `
log: reportcaller
http: net
http.tls: minimumtls ciphersuites
auth.token: autoredirectpath
auth: none
middleware.registry: disabled
middleware.repository: disabled
middleware.storage: disabled
health.file: threshold
proxy: cachewritetimeout
validation: enabled disabled
policy.repository: classes
storage.cache: layerinfo
storage.s3: redirectendpoint skipverify storageclass useragent objectacl
storage.s3aws: bucket
storage.azure: realm
storage.gcs: maxconcurrency useragent
redis: clientname protocol username sentinelusername sentinelpassword maxretries minretrybackoff maxretrybackoff
redis: contexttimeoutenabled poolfifo pooltimeout minidleconns maxactiveconns connmaxlifetime maxredirects readonly
redis: routebylatency routerandomly mastername disableidentity identitysuffix unstableresp3
`;

const reference = [inBoth, only28, only3, inSourceOnly]
  .join("\n")
  .split("\n")
  .filter((line) => line !== "")
  .flatMap((line) => {
    const [above, names] = line.split(":") as [string, string];
    return names
      .trim()
      .split(" ")
      .map((name) => (above === "" ? name : `${above}.${name}`));
  });

/** Returns the path and all paths above it, the longest first. */
function withPathsAbove(path: string): string[] {
  const parts = path.split(".");
  return parts.map((_, index) => parts.slice(0, parts.length - index).join("."));
}

test("the table has an entry for each key of the reference", () => {
  expect(reference.length).toBeGreaterThan(230);
  expect(reference.filter((path) => !withPathsAbove(path).some((one) => findKey(one)))).toEqual([]);
});

test("each entry of the table is about a key of the reference", () => {
  const known = new Set(reference.flatMap(withPathsAbove));
  const ofHeaders = (path: string) => path.startsWith("http.headers.");
  expect(distributionKeys.map(({ path }) => path).filter((path) => !known.has(path) && !ofHeaders(path))).toEqual([]);
});

test("no path occurs twice, and no entry is below another one", () => {
  const paths = distributionKeys.map(({ path }) => path);
  expect(new Set(paths).size).toBe(paths.length);
  const nested = paths.filter((path) =>
    withPathsAbove(path)
      .slice(1)
      .some((above) => paths.includes(above)),
  );
  expect(nested).toEqual([]);
});

test("the reader knows each key of the reference", () => {
  for (const path of reference) {
    const parts = path.split(".");
    const nested = parts.map((part, index) => `${"  ".repeat(index)}${part}:`).join("\n");
    const root = { version: "version: 0.1\n", storage: "" }[parts[0]!] ?? "version: 0.1\nstorage: filesystem\n";
    const { notes } = readDistribution(parseYaml(`${root}${nested} x`.replace(/^version: x/m, ""), "f"), {});
    expect([path, notes.filter(({ message }) => message.includes("is not a key"))]).toEqual([path, []]);
  }
});

describe("the entries", () => {
  test("each entry names a setting that exists, and has a valid default", () => {
    for (const key of distributionKeys) {
      if (!("setting" in key)) continue;
      const place = places.get(key.setting)!;
      expect([key.path, place.setting.key]).toEqual([key.path, key.setting]);
      if (!key.otherwise) continue;
      const reading = key.read(key.otherwise.value) as { readonly text: string };
      expect(place.setting.parse(reading.text)).toBeDefined();
      expect(withPathsAbove(key.path)).toContain(key.otherwise.within);
    }
  });

  test("each reason is a clause without a full stop", () => {
    for (const key of distributionKeys) {
      const reason = "unsupported" in key ? key.unsupported : "noEffect" in key ? key.noEffect : "x";
      expect([key.path, reason.endsWith("."), reason.length > 0]).toEqual([key.path, false, true]);
    }
  });

  test("each entry that accepts some values says which", () => {
    const conditional = distributionKeys.filter((key) => "unsupported" in key && key.isUsed !== undefined);
    const documented = conditional.filter((key) => "accepted" in key || key.path === "http.tls.letsencrypt");
    expect(documented.map(({ path }) => path)).toEqual(conditional.map(({ path }) => path));
  });
});

test("a name of an HTTP header is found in any letter case, and another name only in its own", () => {
  expect(findKey("http.headers.x-content-type-options")?.path).toBe("http.headers.X-Content-Type-Options");
  expect(findKey("http.headers.Strict-Transport-Security")?.path).toBe("http.headers.*");
  expect(findKey("http.Addr")).toBeUndefined();
  expect(namesIn("http.debug")).toEqual(["addr", "prometheus"]);
  expect(namesIn("http.addr")).toBeUndefined();
});
