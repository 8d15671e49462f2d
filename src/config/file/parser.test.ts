import { describe, expect, test } from "bun:test";
import { SettingError } from "../setting-error.ts";
import { parseYaml } from "./document.ts";
import { parseSettings } from "./parser.ts";

/** The settings of a text, as `key=text@line`. */
function settingsOf(text: string): string[] {
  return [...parseSettings(parseYaml(text, "f"))].map(
    ([key, { text: value, place }]) => `${key}=${value}@${place.slice(2)}`,
  );
}

/** The mistakes in a text, without the name of the file. */
function mistakesIn(text: string): readonly string[] {
  try {
    parseSettings(parseYaml(text, "f"));
  } catch (error) {
    if (error instanceof SettingError) return error.mistakes.map((mistake) => mistake.replace(/^f:/, ""));
    throw error;
  }
  return [];
}

describe("values", () => {
  test("each kind of value becomes the text that the flag accepts, with the line of its key", () => {
    const text = `# comment
network:
  listen: 127.0.0.1:0 # comment
  trusted-proxies:
    - 127.0.0.1
    - 10.0.0.0/8
processes:
  workers: 2
uploads:
  upload-silence: 0x10
  chunk-minimum: 1e6
  anonymous-mount: on
content:
  deletion: false
  sparse-indexes: true
clients:
  namespaces: [docker.io=mirror/docker.io, "quay.io=mirror/quay.io"]
  notice: >-
    This registry
    moves.
browsers:
  cors-origins: https://a.example,https://b.example
  allowed-hosts: [
    a,
    b
  ] # comment
logging:
`;
    const settings = [
      "listen=127.0.0.1:0@3",
      "trusted-proxies=127.0.0.1,10.0.0.0/8@4",
      "workers=2@8",
      "upload-silence=16@10",
      "chunk-minimum=1000000@11",
      "anonymous-mount=on@12",
      "deletion=off@14",
      "sparse-indexes=on@15",
      "namespaces=docker.io=mirror/docker.io,quay.io=mirror/quay.io@17",
      "notice=This registry moves.@18",
      "cors-origins=https://a.example,https://b.example@22",
      "allowed-hosts=a,b@23",
    ];
    expect(settingsOf(text)).toEqual(settings);
    expect(settingsOf(text.replaceAll("\n", "\r\n"))).toEqual(settings);
    expect(settingsOf(`---\n${text}...\n`)).toHaveLength(settings.length);
  });

  test("a file without settings is valid", () => {
    for (const text of ["", "\n", "# nothing\n", "network:\n", "network: # nothing\n  # listen: x\ntls:\n"]) {
      expect([text, ...settingsOf(text)]).toEqual([text]);
    }
  });

  test("JSON with one setting a line is not enough: each group needs its own line", () => {
    expect(mistakesIn('{"network": {"listen": ":5000"}}')).toEqual([
      '1: write each group on its own line without indentation, such as "network:"',
    ]);
  });
});

describe("mistakes", () => {
  const cases: Readonly<Record<string, readonly [text: string, ...mistakes: string[]]>> = {
    "an unknown group": [
      "netwrok:\n  listen: x\nfrobnicate:\n  a: 1\nlisten: x\nport: 5000",
      "1: there is no group netwrok; did you mean network?",
      "3: there is no group frobnicate; the groups are network, tls, storage, processes, logging, browsers, uploads, content, clients, compatibility",
      "5: there is no group listen; did you mean the setting network.listen?",
      "6: there is no group port; did you mean the setting network.listen?",
    ],
    "an unknown key": [
      "tls:\n  tls-cret: x\n  listen: x\n  frobnicate: x\n  key: x\n  --tls-cert: x\n  __proto__: x\n  constructor: x",
      "2: there is no setting tls.tls-cret; did you mean tls.tls-cert?",
      "3: there is no setting tls.listen; did you mean network.listen?",
      "4: there is no setting tls.frobnicate; the settings of tls are tls-cert, tls-key",
      "5: there is no setting tls.key; did you mean tls.tls-key?",
      "6: there is no setting tls.--tls-cert; did you mean tls.tls-cert?",
      "7: there is no setting tls.__proto__; the settings of tls are tls-cert, tls-key",
      "8: there is no setting tls.constructor; the settings of tls are tls-cert, tls-key",
    ],
    "a wrong type": [
      "network:\n  listen: 5000\n  path-prefix: {a: 1}\nlogging:\n  log: [info]\nuploads:\n  chunk-minimum: '5'\n  chunk-maximum: on\n  anonymous-mount: 1\nclients:\n  notice: 2026\nprocesses:\n  workers: '2'",
      "2: network.listen is 5000; it must be host:port with a port from 0 to 65535, such as 127.0.0.1:5000, :5000 or [::1]:5000",
      "3: network.path-prefix is a mapping; it must be a path, such as /registry",
      "5: logging.log is a list; it must be debug, info, warn, error or off",
      '7: uploads.chunk-minimum is "5"; write the number without quotes',
      '8: uploads.chunk-maximum is "on"; it must be a number of bytes from 0 to 999999999999',
      "9: uploads.anonymous-mount is 1; it must be on or off",
      "11: clients.notice is 2026; put the value in quotes",
      '13: processes.workers is "2"; write the number without quotes',
    ],
    "an invalid value": [
      "network:\n  listen: nowhere\nprocesses:\n  workers: 65\nuploads:\n  chunk-minimum: -1\n  chunk-maximum: 12345678901234567890\n  upload-silence: 1.5",
      '2: network.listen is "nowhere"; it must be host:port with a port from 0 to 65535, such as 127.0.0.1:5000, :5000 or [::1]:5000',
      "4: processes.workers is 65; it must be a number from 1 to 64, or auto",
      "6: uploads.chunk-minimum is -1; it must be a number of bytes from 0 to 999999999999",
      "7: uploads.chunk-maximum is 12345678901234567000; it must be a number of bytes from 0 to 999999999999",
      "8: uploads.upload-silence is 1.5; it must be a number of seconds from 1 to 86400",
    ],
    "a wrong item of a list": [
      "network:\n  trusted-proxies:\n    - 127.0.0.1\n    # comment\n    - nonsense\n    - 5\nbrowsers:\n  allowed-hosts: ['a,b']\n  cors-origins: []\nclients:\n  namespaces: [5]",
      '5: network.trusted-proxies, item 2 is "nonsense"; it must be address[/bits][,address[/bits]...], such as 127.0.0.1,10.0.0.0/8',
      "6: network.trusted-proxies, item 3 is 5; it must be address[/bits][,address[/bits]...], such as 127.0.0.1,10.0.0.0/8",
      '8: browsers.allowed-hosts, item 1 is "a,b"; it must be host[:port][,host[:port]...], such as registry.example.com,registry:5000',
      "9: browsers.cors-origins is an empty list; add an item, or remove the line",
      "11: clients.namespaces, item 1 is 5; it must be host=repository[,host=repository...], such as docker.io=mirror/docker.io",
    ],
    "no value": ["storage:\n  data:\n", "2: storage.data has no value; add one, or remove the line"],
    "a setting or a group that occurs twice": [
      "content:\n  deletion: on\n  sparse-indexes: on\n  deletion: off\ntls:\ntls:",
      "4: content.deletion occurs twice; the first is in line 2",
      "6: tls occurs twice; the first is in line 5",
    ],
    "no mapping": ["- a\n- b", '1: the file is a list; it must be one mapping of groups, such as "network:"'],
    "a text": ["# comment\nhello", '2: the file is "hello"; it must be one mapping of groups, such as "network:"'],
    "a group that is no mapping": [
      "storage: /data\ntls:\n  - tls-cert: x\nnetwork:\n  listen:127.0.0.1:5000",
      '1: storage is "/data"; it must be a mapping of settings, such as "data: ./data"',
      '2: tls is a list; it must be a mapping of settings, such as "tls-cert: /etc/lading/tls.crt"',
      '4: network is "listen:127.0.0.1:5000"; it must be a mapping of settings, such as "listen: 127.0.0.1:5000"',
    ],
    "several documents with one mark": [
      "tls:\n---\nstorage:\n",
      '1: the file has several YAML documents; it must be one mapping of groups, such as "network:"',
    ],
    "a list after a mark": [
      "%YAML 1.2\n---\n- a",
      '1: the file is a list; it must be one mapping of groups, such as "network:"',
    ],
    "a number that is not finite": [
      "processes:\n  workers: .inf\nuploads:\n  chunk-minimum: .nan",
      "2: processes.workers is Infinity; it must be a number from 1 to 64, or auto",
      "4: uploads.chunk-minimum is NaN; it must be a number of bytes from 0 to 999999999999",
    ],
    "several documents": [
      "---\ntls:\n---\nstorage:\n",
      '1: the file has several YAML documents; it must be one mapping of groups, such as "network:"',
    ],
    "styles of YAML whose keys have no lines": [
      "storage: {data: a, data: b}\ntls:\n  <<: {tls-cert: x}\ncontent:\n  ? deletion\n  : off",
      '1: storage: write each setting on its own line below its group, as "name: value"',
      '2: tls: write each setting on its own line below its group, as "name: value"',
      '4: content: write each setting on its own line below its group, as "name: value"',
    ],
  };
  test("a key in a style that the line scan does not support is refused, even next to a supported key of the same name", () => {
    const styles = ['"dat\\u0061": a', "'data' : {a: 1}", "? data\n  : a", "!!str data: a", "&x data: a", "{data: a}"];
    for (const style of [...styles, "<<: {data: a}"]) {
      const text = `storage:\n  ${style}\n  data: b\n`;
      expect([text, mistakesIn(text).length]).toEqual([text, 1]);
    }
    expect(mistakesIn('"stor\\u0061ge":\n  data: a\nstorage:\n  "\\x64ata": b')).toEqual([
      "3: storage occurs twice; the first is in line 1",
    ]);
    expect(mistakesIn('tls:\n  "\\e[31mred": 1')).toEqual([
      expect.stringMatching(/^2: there is no setting tls.\ufffd/),
    ]);
    expect(mistakesIn("storage: {\n  data: a, data: b\n}")).toHaveLength(1);
  });

  test("a group may have an anchor or a tag", () => {
    for (const mark of ["&x", "!!map # comment", "&x !!map"]) {
      expect(mistakesIn(`storage: ${mark}\n  data: ""\n`)).toEqual([
        '2: storage.data is ""; it must be a directory, such as ./data',
      ]);
    }
  });

  for (const [name, [text, ...mistakes]] of Object.entries(cases)) {
    test(name, () => expect(mistakesIn(text)).toEqual(mistakes));
  }

  test("text that is not YAML: the line and what to do", () => {
    const invalid = {
      "network:\n  listen: [::1]:5000\n":
        "2: the file is not valid YAML here: unexpected token; put the value in quotes",
      "browsers:\n  cors-origins: *\n  allowed-hosts: x\n":
        "2: the file is not valid YAML here: unexpected character; put the value in quotes",
      "tls:\n\ttls-cert: x": "2: the file is not valid YAML here: tab characters cannot be used as indentation",
      "tls:\n  tls-cert:/x\n\n  tls-key: /y":
        "4: the file is not valid YAML here: multiline implicit key; write a space after the colon in line 2",
      "tls:\n  tls-cert: a\n tls-key: b\nstorage:\n": "3: the file is not valid YAML here: unexpected token",
      'storage:\n  # x\n  data: "x\ntls:\n': "3: the file is not valid YAML here: unexpected character",
      "{": "1: the file is not valid YAML here: unexpected token",
    };
    for (const [text, mistake] of Object.entries(invalid)) expect([text, ...mistakesIn(text)]).toEqual([text, mistake]);
  });

  test("deep nesting is a mistake, not a crash", () => {
    const list = (depth: number) => `storage: ${"[".repeat(depth)}${"]".repeat(depth)}`;
    for (const text of [list(100), list(3_000), list(30_000), "a: &a [*a, *a]"]) {
      expect(() => parseYaml(text, "f")).toThrow("f: the file has more than 50 levels of nesting, or too many aliases");
    }
    expect(mistakesIn(list(40))).toEqual([
      '1: storage is a list; it must be a mapping of settings, such as "data: ./data"',
    ]);
  });
});
