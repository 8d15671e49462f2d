import { expect, test } from "bun:test";
import { readDistribution } from "../distribution/reader.ts";
import { parseYaml } from "../file/document.ts";
import { parseSettings } from "../file/parser.ts";
import { convertedDocument } from "./converted.ts";

const text = `version: 0.1
log:
  level: debug
  fields:
    service: registry
storage:
  filesystem:
    rootdirectory: /var/lib/registry
  delete:
    enabled: true
http:
  addr: :5000
  prefix: /r/
  debug:
    addr: :5001
  headers:
    Access-Control-Allow-Origin: ['*', https://a.example]
`;

test("the converted file has the same settings, and comments with the places and the other keys", () => {
  const file = readDistribution(parseYaml(text, "config.yml"), {
    REGISTRY_HTTP_HOST: "https://r.example",
    REGISTRY_A: "x",
  });
  const converted = convertedDocument("config.yml", file);
  const settings = (found: typeof file.settings) => [...found].map(([key, { text: value }]) => `${key}=${value}`);
  const read = parseSettings(parseYaml(converted, "lading.yml"));
  expect(settings(read).toSorted()).toEqual(settings(file.settings).toSorted());
  expect(read.size).toBe(7);
  expect(converted).toBe(`# Made from config.yml by 'lading config convert'.

# Not supported, and not in this file:
# - config.yml:15: http.debug.addr is not supported: Lading has no second port: /healthz, /readyz and /metrics are on the port of the registry

# Not needed, and not in this file:
# - config.yml:4: log.fields has no effect: Lading adds no fields to its log; label the lines where you collect them

# Other variables:
# - REGISTRY_A has no effect: distribution has no such key

network:
  # http.addr (config.yml:12)
  listen: ":5000"
  # http.host (REGISTRY_HTTP_HOST)
  public-address: https://r.example
  # http.prefix (config.yml:13)
  path-prefix: /r

storage:
  # storage.filesystem.rootdirectory (config.yml:8)
  data: /var/lib/registry

logging:
  # log.level (config.yml:3)
  log: debug

browsers:
  # http.headers.Access-Control-Allow-Origin (config.yml:17)
  cors-origins: ["*", "https://a.example"]

content:
  # storage.delete.enabled (config.yml:10)
  deletion: on
`);
});

test("names with line breaks stay in their comment", () => {
  const breaks = ["\\n", "\\r", "\\x85", "\\u2028"];
  const keys = breaks.map((mark) => `"a${mark}network:${mark}  listen: 0.0.0.0:1${mark}#": 1\n`);
  const path = "b\nnetwork:\n  listen: 0.0.0.0:2\n#.yml";
  const file = readDistribution(parseYaml(`version: 0.1\nstorage: filesystem\n${keys.join("")}`, path), {});
  const converted = convertedDocument(path, file);
  const lines = converted.split(/[\n\r\u{85}\u{2028}\u{2029}]/u).filter((line) => !/^\s*(#|$)/.test(line));
  expect(lines).toEqual(["storage:", "  data: /var/lib/registry", "content:", "  deletion: off"]);
});

test("the converted file of another storage asks for a directory", () => {
  const file = readDistribution(parseYaml("version: 0.1\nstorage:\n  s3:\n    bucket: b\n", "f"), {});
  const converted = convertedDocument("f", file);
  expect(converted).toEndWith("\nstorage:\n  # Name an empty directory here.\n  data:\n");
  expect(() => parseSettings(parseYaml(converted, "c"))).toThrow(/^c:\d+: storage.data has no value; add one/);
});
