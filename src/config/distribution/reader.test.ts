import { describe, expect, test } from "bun:test";
import { parseYaml } from "../file/document.ts";
import type { SettingError } from "../setting-error.ts";
import { warnOfVariables, type Environment } from "./environment.ts";
import { readDistribution } from "./reader.ts";

function read(text: string, environment: Environment = {}) {
  return readDistribution(parseYaml(text, "f"), environment);
}

/** The settings of a text, as `key=text@place`. Each text needs a storage. */
function settingsOf(text: string, environment: Environment = {}): string[] {
  const { settings } = read(text, environment);
  return [...settings].map(([key, { text: value, place, name }]) => `${key}=${value}@${place} ${name}`);
}

/** The notes with this effect. */
function notesOf(effect: string, text: string, environment: Environment = {}): string[] {
  return read(text, environment).notes.flatMap((note) => (note.effect === effect ? [note.message] : []));
}

const storage = "version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: /data\n  delete:\n    enabled: true\n";
const ofStorage = ["data=/data@f:4 storage.filesystem.rootdirectory", "deletion=on@f:6 storage.delete.enabled"];

describe("settings", () => {
  test("each key that becomes a setting has the line of the key", () => {
    const text = `# comment
version: 0.1
log:
  level: WARN
  formatter: json
storage:
    filesystem:
        rootdirectory: /data
        maxthreads: 100
    delete: {enabled: true}
http:
  addr: localhost:5000
  net: tcp
  prefix: /my/registry/
  host: https://registry.example:5000/
  tls:
    certificate: /tls.crt
    key: "/tls.key"
    minimumtls: tls1.2
  headers:
    X-Content-Type-Options: [nosniff]
    Access-Control-Allow-Origin:
    - https://a.example
    - https://b.example
compatibility:
  schema1:
    enabled: false
validation:
  manifests:
    indexes:
      platforms: None
`;
    const settings = [
      "log=warn@f:4 log.level",
      "log-format=json@f:5 log.formatter",
      "data=/data@f:8 storage.filesystem.rootdirectory",
      "deletion=on@f:10 storage.delete.enabled",
      "listen=localhost:5000@f:12 http.addr",
      "path-prefix=/my/registry@f:14 http.prefix",
      "public-address=https://registry.example:5000/@f:15 http.host",
      "tls-cert=/tls.crt@f:17 http.tls.certificate",
      "tls-key=/tls.key@f:18 http.tls.key",
      "cors-origins=https://a.example,https://b.example@f:22 http.headers.Access-Control-Allow-Origin",
      "legacy=off@f:27 compatibility.schema1.enabled",
      "sparse-indexes=on@f:31 validation.manifests.indexes.platforms",
    ];
    expect(settingsOf(text)).toEqual(settings);
    expect(notesOf("unsupported", text)).toEqual([]);
    expect(settingsOf(text.replaceAll("\n", "\r\n"))).toEqual(settings);
  });

  test("a file without these keys gets the data directory of distribution, and no deletion", () => {
    const defaults = [
      "data=/var/lib/registry@f storage.filesystem.rootdirectory",
      "deletion=off@f storage.delete.enabled",
    ];
    expect(settingsOf("version: 0.1\nstorage: filesystem\n")).toEqual(defaults);
    expect(settingsOf("version: '0.1'\nstorage:\n  filesystem:\n  delete:\n")).toEqual(defaults);
    expect(settingsOf("version: 0.1\nstorage: s3\n")).toEqual([defaults[1]!]);
  });

  test("log.level overrides loglevel in any order", () => {
    const found = "log=debug@f:2 log.level";
    expect(settingsOf(`log:\n  level: debug\nloglevel: error\n${storage}`)[0]).toBe(found);
    expect(settingsOf(`log: \n  level: debug\n${storage}loglevel: error\n`)).toHaveLength(3);
    expect(settingsOf(`loglevel: error\nlog:\n  level: debug\n${storage}`)[0]).toBe("log=debug@f:3 log.level");
    expect(settingsOf(`${storage}loglevel: Error\n`)[2]).toBe("log=error@f:7 loglevel");
  });

  test("words of YAML 1.1 are true and false", () => {
    const deletion = (value: string) => settingsOf(storage.replace("true", value))[1]!.split("@")[0];
    for (const word of ["true", "yes", "on", "On", "y"]) expect([word, deletion(word)]).toEqual([word, "deletion=on"]);
    for (const word of ["false", "no", "OFF"]) expect([word, deletion(word)]).toEqual([word, "deletion=off"]);
  });

  test("a key in a style without lines has the line of its mapping", () => {
    expect(settingsOf("{version: 0.1, storage: {filesystem: {rootdirectory: /data}, delete: {enabled: yes}}}")).toEqual(
      ["data=/data@f:1 storage.filesystem.rootdirectory", "deletion=on@f:1 storage.delete.enabled"],
    );
    expect(settingsOf("version: 0.1\nstorage:\n  filesystem: &a\n    rootdirectory: /data\n  cache: *a\n")[0]).toBe(
      "data=/data@f:4 storage.filesystem.rootdirectory",
    );
  });
});

describe("wrong values", () => {
  const cases: Readonly<Record<string, readonly [text: string, ...messages: string[]]>> = {
    "a value of a wrong type is refused": [
      `${storage}http:\n  addr: 5000\n  tls: on\n  host: [a]\n`,
      "f:8: http.addr is 5000; it must be host:port with a port from 0 to 65535, such as 127.0.0.1:5000, :5000 or [::1]:5000",
      "f:9: http.tls must be a mapping",
      "f:10: http.host is a list; it must be http://host or https://host, such as https://registry.example.com",
    ],
    "an unknown word is refused": [
      storage.replace("true", '"true"').concat("log:\n  level: loud\n  formatter: 5\n"),
      'f:6: storage.delete.enabled is "true"; it must be true or false',
      'f:8: log.level is "loud"; it must be error, warn, info or debug',
      "f:9: log.formatter is 5; it must be text, json or logstash",
    ],
    "a list in place of a mapping is refused": [`${storage}log:\n  - a\n`, "f:7: log must be a mapping"],
    "a file without a storage driver is refused": [
      "version: 0.1\n",
      "f: storage names no driver; exactly one is needed, and Lading has storage.filesystem",
    ],
    "a file with two storage drivers is refused": [
      "version: 0.1\nstorage:\n  filesystem:\n  inmemory:\n",
      "f: storage names 2 drivers; exactly one is needed, and Lading has storage.filesystem",
    ],
  };
  for (const [name, [text, ...messages]] of Object.entries(cases)) {
    test(name, () => expect(notesOf("wrong", text)).toEqual(messages));
  }

  test("a key that occurs twice in flow style is refused, in the file and in a variable", () => {
    const flow = "version: 0.1\nstorage:\n  filesystem: {rootdirectory: /x, rootdirectory: /y}\n";
    expect(() => read(flow)).toThrow("f:3: rootdirectory occurs twice in its mapping");
    const environment = {
      REGISTRY_STORAGE_DELETE: "{enabled: true, enabled: false}",
      REGISTRY_HTTP: "addr: :1\ntls:\n  key: a\n  key: b\n",
    };
    expect(notesOf("wrong", storage, environment)).toEqual([
      "REGISTRY_HTTP:4: tls.key occurs twice; the first is in line 3",
      "REGISTRY_STORAGE_DELETE:1: enabled occurs twice in its mapping",
    ]);
  });

  test("a mapping with the names of properties that every object has is like any other", () => {
    const mapping = "\n    toString: 1\n    __proto__: 1\n";
    expect(notesOf("wrong", `${storage}loglevel:${mapping}`)).toEqual([
      "f:7: loglevel is a mapping; it must be error, warn, info or debug",
    ]);
    expect(notesOf("unsupported", `${storage}http:\n  headers:\n   X-Content-Type-Options:${mapping}`)).toEqual([
      "f:9: http.headers.X-Content-Type-Options is not supported: Lading always sends nosniff",
    ]);
    expect(notesOf("unsupported", storage, { REGISTRY_HTTP_CONSTRUCTOR: "1", REGISTRY_HTTP_TOSTRING: "1" })).toEqual([
      "REGISTRY_HTTP_CONSTRUCTOR: http.constructor is not a key of distribution 2.8 or 3",
      "REGISTRY_HTTP_TOSTRING: http.tostring is not a key of distribution 2.8 or 3",
    ]);
    expect(notesOf("wrong", storage, { REGISTRY_LOG_LEVEL_TOSTRING: "1", REGISTRY_LOG_LEVEL___PROTO__: "1" })).toEqual([
      "REGISTRY_LOG_LEVEL_TOSTRING: log.level is a mapping; it must be error, warn, info or debug",
    ]);
  });

  test("a key that occurs twice is refused at any depth", () => {
    try {
      read(`${storage}http:\n  tls:\n    key: a\n    key: b\n  tls:\n    key: c\n`);
      throw new Error("the text was accepted");
    } catch (error) {
      expect((error as SettingError).mistakes).toEqual(["f:11: http.tls occurs twice; the first is in line 8"]);
    }
    expect(() => read(`${storage}http:\n  tls:\n    key: a\n    key: b\n`)).toThrow(
      "f:10: http.tls.key occurs twice; the first is in line 9",
    );
  });
});

describe("keys that Lading does not support", () => {
  const unsupported = (text: string) => notesOf("unsupported", `${storage}${text}`);

  test("the message names the line, the key and the reason", () => {
    expect(unsupported("auth:\n  htpasswd:\n    realm: r\n    path: /p\n")).toEqual([
      "f:8: auth.htpasswd is not supported: Lading has no accounts yet, and anyone who can reach the port can push; nginx can check the same file (docs/nginx/basic-auth.conf)",
    ]);
    expect(unsupported("proxy:\n  remoteurl: https://registry-1.docker.io\n  username: u\n")).toEqual([
      "f:8: proxy.remoteurl is not supported: Lading is no pull-through cache; push the images, or copy them with skopeo sync",
    ]);
    expect(unsupported("log:\n  formatter: logstash\n")).toEqual([
      'f:8: log.formatter is "logstash", which is not supported: Lading writes text or json',
    ]);
  });

  test("a value that asks for nothing is accepted", () => {
    const texts = {
      "auth: silly": 1,
      "auth:\n  token:": 1,
      "auth: none": 0,
      "http:\n  net: unix": 1,
      "http:\n  tls:\n    minimumtls: tls1.3": 1,
      "http:\n  tls:\n    clientcas: []": 0,
      "http:\n  tls:\n    clientcas: [/ca.pem]": 1,
      "http:\n  tls:\n    letsencrypt:\n      cachefile: ''": 0,
      "http:\n  tls:\n    letsencrypt:\n      cachefile: /c": 1,
      "http:\n  h2c:\n    enabled: false": 0,
      "http:\n  h2c:\n    enabled: yes": 1,
      "http:\n  headers:\n    Strict-Transport-Security: [max-age=1]": 1,
      "http:\n  headers:\n    x-content-type-options: [none]": 1,
      "http:\n  debug:\n    prometheus:\n      path: /other": 1,
      "notifications:\n  endpoints:\n  - name: a\n    disabled: true\n  - name: b\n    disabled: yes": 0,
      "notifications:\n  endpoints:\n  - name: a\n    disabled: true\n  - name: b": 1,
      "log:\n  hooks:\n  - type: mail\n    disabled: true": 0,
      "log:\n  hooks:\n  - type: mail": 1,
      "middleware:\n  storage:\n  - name: cloudfront": 1,
      "health:\n  file:\n  - file: /down\n  http: []\n  tcp:": 1,
      "proxy:\n  remoteurl: ''": 0,
      "validation:\n  manifests:\n    indexes:\n      platforms: list": 1,
    };
    for (const [text, count] of Object.entries(texts)) expect([text, unsupported(text).length]).toEqual([text, count]);
    const readonly = "  maintenance:\n    readonly:\n      enabled: ";
    expect([unsupported(`${readonly}true`).length, unsupported(`${readonly}false`).length]).toEqual([1, 0]);
  });

  test("a key that distribution does not have is refused", () => {
    expect(unsupported("htttp:\n  addr: x\nnothing:\n")).toEqual([
      "f:7: htttp is not a key of distribution 2.8 or 3; did you mean http?",
      "f:9: nothing is not a key of distribution 2.8 or 3",
    ]);
    expect(unsupported("  ceph:\nhttp:\n  debug:\n    adr: x\n")).toEqual([
      "f:7: storage.ceph is not a key of distribution 2.8 or 3",
      "f:10: http.debug.adr is not a key of distribution 2.8 or 3; did you mean http.debug.addr?",
    ]);
  });
});

describe("variables", () => {
  test("variables override the file with YAML values, and add keys", () => {
    const environment = {
      REGISTRY_STORAGE_DELETE_ENABLED: "false",
      REGISTRY_HTTP_ADDR: ":5001",
      REGISTRY_HTTP_TLS: "{certificate: /c, key: /k}",
      REGISTRY_HTTP_TLS_KEY: "/other",
      "REGISTRY_HTTP_HEADERS_Access-Control-Allow-Origin": "['https://a.example']",
      REGISTRY_HTTP_SECRET: "",
    };
    expect(settingsOf(storage, environment)).toEqual([
      "data=/data@f:4 storage.filesystem.rootdirectory",
      "deletion=off@REGISTRY_STORAGE_DELETE_ENABLED storage.delete.enabled",
      "listen=:5001@REGISTRY_HTTP_ADDR http.addr",
      "cors-origins=https://a.example@REGISTRY_HTTP_HEADERS_Access-Control-Allow-Origin http.headers.access-control-allow-origin",
      "tls-cert=/c@REGISTRY_HTTP_TLS http.tls.certificate",
      "tls-key=/other@REGISTRY_HTTP_TLS_KEY http.tls.key",
    ]);
  });

  test("variables set the parameters of a driver that the file has as a word, and items of a list by their number", () => {
    const environment = { REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY: "/srv", REGISTRY_STORAGE_DELETE_ENABLED: "true" };
    expect(settingsOf("version: 0.1\nstorage: filesystem\n", environment)).toEqual([
      "data=/srv@REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY storage.filesystem.rootdirectory",
      "deletion=on@REGISTRY_STORAGE_DELETE_ENABLED storage.delete.enabled",
    ]);
    const items = { "REGISTRY_HTTP_HEADERS_Access-Control-Allow-Origin_0": "https://a.example" };
    expect(settingsOf(storage, items)[2]).toStartWith("cors-origins=https://a.example@");
    const headers = "http:\n  headers:\n    Access-Control-Allow-Origin: [https://a.example, https://b.example]\n";
    const second = { "REGISTRY_HTTP_HEADERS_ACCESS-CONTROL-ALLOW-ORIGIN_1": "https://c.example" };
    expect(settingsOf(`${storage}${headers}`, second)[2]).toStartWith(
      "cors-origins=https://a.example,https://c.example@f:9",
    );
  });

  test("a variable makes a file without storage complete", () => {
    expect(settingsOf("version: 0.1\n", { REGISTRY_STORAGE: "filesystem" })[0]).toStartWith(
      "data=/var/lib/registry@f ",
    );
  });

  test("a message about a variable with a secret does not show its value", () => {
    const environment = {
      REGISTRY_HTTP_SECRET: "@hunter2",
      REGISTRY_PROXY: "hunter2",
      REGISTRY_REDIS_PASSWORD: "%hunter2",
      REGISTRY_HTTP_HOST: "https://u:hunter2@h",
    };
    expect(notesOf("wrong", storage, environment)).toEqual([
      'REGISTRY_HTTP_HOST: http.host is "https://***@h"; it must be http://host or https://host, such as https://registry.example.com',
      "REGISTRY_PROXY: proxy must be a mapping",
      "REGISTRY_HTTP_SECRET must be valid YAML",
      "REGISTRY_REDIS_PASSWORD must be valid YAML",
    ]);
  });

  test("a message about a wrong or unsupported value names the variable", () => {
    const environment = { REGISTRY_HTTP_ADDR: "5000", REGISTRY_AUTH: "token", REGISTRY_HTTP_HOST: "[::" };
    expect(notesOf("wrong", storage, environment)).toEqual([
      "REGISTRY_HTTP_ADDR: http.addr is 5000; it must be host:port with a port from 0 to 65535, such as 127.0.0.1:5000, :5000 or [::1]:5000",
      "REGISTRY_HTTP_HOST must be valid YAML",
    ]);
    const [token, ...more] = notesOf("unsupported", storage, environment);
    expect([token!.split(":")[0], more]).toEqual(["REGISTRY_AUTH", []]);
    expect(notesOf("unsupported", storage, { REGISTRY_LOG_LEVL: "info" })).toEqual([
      "REGISTRY_LOG_LEVL: log.levl is not a key of distribution 2.8 or 3; did you mean log.level?",
    ]);
    const checkers = { REGISTRY_HEALTH_FILECHECKERS_0_FILE: "/down" };
    expect(notesOf("unsupported", storage, checkers)[0]).toStartWith(
      "REGISTRY_HEALTH_FILECHECKERS_0_FILE: health.file ",
    );
  });

  test("a variable in lower case has no effect, except for the name of a header", () => {
    const environment = {
      REGISTRY_HTTP_ADDR: ":5001",
      REGISTRY_http_addr: ":5002",
      REGISTRY_HTTP_Addr: "[",
      REGISTRY_STORAGE_filesystem_ROOTDIRECTORY: "/other",
      "REGISTRY_HTTP_HEADERS_access-control-allow-origin": "['https://a.example']",
      "REGISTRY_http_HEADERS_Access-Control-Allow-Origin": "['https://b.example']",
    };
    expect(settingsOf(storage, environment).map((setting) => setting.split("@")[0])).toEqual([
      "data=/data",
      "deletion=on",
      "listen=:5001",
      "cors-origins=https://a.example",
    ]);
    expect(notesOf("warning", storage, environment)).toEqual(
      [
        "REGISTRY_HTTP_Addr",
        "REGISTRY_STORAGE_filesystem_ROOTDIRECTORY",
        "REGISTRY_http_HEADERS_Access-Control-Allow-Origin",
        "REGISTRY_http_addr",
      ].map((name) => `${name} has no effect: distribution reads only variables in upper case`),
    );
    expect(warnOfVariables(environment).map(({ message }) => message.split(" ")[0])).toEqual([
      "REGISTRY_HTTP_ADDR",
      "REGISTRY_HTTP_HEADERS_access-control-allow-origin",
    ]);
  });

  test("a variable that makes a mapping of a value is blamed for it", () => {
    const text = `${storage}http:\n  addr: :5000\n`;
    expect(notesOf("wrong", text, { REGISTRY_HTTP_ADDR_X: "1" })).toEqual([
      expect.stringMatching(/^REGISTRY_HTTP_ADDR_X: http.addr is a mapping; it must be host:port/),
    ]);
    expect(notesOf("wrong", storage, { REGISTRY_STORAGE_DELETE_ENABLED_0: "1" })).toEqual([
      "REGISTRY_STORAGE_DELETE_ENABLED_0: storage.delete.enabled is a list; it must be true or false",
    ]);
  });

  test("a variable of another program leads to a warning, and a variable of Kubernetes to none", () => {
    const environment = {
      REGISTRY_USER: "u",
      REGISTRY_SERVICE_HOST: "10.0.0.1",
      REGISTRY_PORT: "tcp://10.0.0.1:5000",
      REGISTRY_PORT_5000_TCP_ADDR: "10.0.0.1",
      REGISTRY_: "x",
      registry_http_addr: "x",
    };
    expect(notesOf("warning", storage, environment)).toEqual([
      "REGISTRY_USER has no effect: distribution has no such key",
    ]);
    expect(settingsOf(storage, environment)).toEqual(ofStorage);
  });
});
