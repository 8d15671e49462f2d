import { expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { configurationFlag } from "../../src/config/configuration-flag.ts";
import { loadSettings } from "../../src/config/load.ts";
import { environmentName, settings, type Settings } from "../../src/config/settings.ts";
import { serverLimits } from "../../src/server/limits.ts";
import { configOf } from "../../tools/image/config.ts";
import { platforms } from "../../tools/image/platforms.ts";
import { filesBelow, readText, root, YamlNode } from "./repository-files.ts";

const files = [...filesBelow("examples"), ...filesBelow("packaging"), ...filesBelow(".github")];
const yamlFiles = files.filter((path) => /\.ya?ml$/.test(path) && !path.includes("/templates/"));
const keys: readonly string[] = [configurationFlag.key, ...Object.values(settings).map(({ key }) => key)];
const variables = new Set(keys.map(environmentName));

/** The first group of each match of a pattern in a text. */
const found = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, group]) => group!);
/** The lines of a unit or an environment file. A backslash at the end of a line continues it. */
const linesOf = (path: string) => readText(path).replaceAll("\\\n", " ").split("\n");

for (const path of yamlFiles) {
  test(`${path} is YAML`, () => {
    expect(YamlNode.read(path).entries().length).toBeGreaterThan(0);
  });
}

test("there are examples of each kind", () => {
  const folders = found(files.join("\n"), /^examples\/(\w+)\//gm);
  expect([...new Set(folders)]).toEqual(["compose", "kubernetes", "nginx", "systemd"]);
  expect(yamlFiles.length).toBeGreaterThan(6);
});

/** The variables that name no setting. */
const unknownVariables = (text: string) =>
  found(text, /\b(LADING_[A-Z0-9]\w*)/g).filter((name) => !variables.has(name));

/**
 * The flags that name no setting: those after `npm start --` or `serve` on a line, and those at the start of an inline
 * code of a page. Other flags belong to other programs.
 */
function unknownFlags(text: string): string[] {
  const tails = found(text, /(?:npm start --|\bserve)((?: --?[^\s`]+(?: [^\s`#-][^\s`]*)?)+)/g);
  const inline = found(text, /`(--[^`\n]+)`/g);
  return [...tails, ...inline].flatMap((line) => found(line, /--([\w-]+)/g)).filter((flag) => !keys.includes(flag));
}

test("the checks of names find mistakes", () => {
  expect(unknownVariables("LADING_LISTEN=:5000 LADING_PORT_NUMBER=1 and LADING_* in general")).toEqual([
    "LADING_PORT_NUMBER",
  ]);
  expect(unknownFlags("npm start -- --listen :5000 --port 5000")).toEqual(["port"]);
  expect(unknownFlags("bun src/cli/main.ts serve --data /x --deletion off --log-levle warn")).toEqual(["log-levle"]);
  expect(unknownFlags("needs `--prefix /registry`, but not `podman run --rm x`")).toEqual(["prefix"]);
});

for (const path of files) {
  test(`${path} names only settings that exist`, () => {
    expect(unknownVariables(readText(path))).toEqual([]);
    expect(unknownFlags(readText(path))).toEqual([]);
  });

  test(`${path} names only files of the repository that exist`, () => {
    const named = found(
      readText(path),
      /(?<![\w./-])(?:\/opt\/lading\/)?((?:src|tools|docs|examples|scripts|checks|test|bench|\.ci|\.github)\/[\w./-]*\w)/g,
    );
    expect(named.filter((name) => !existsSync(join(root, name)))).toEqual([]);
  });
}

const textsOf = (node: YamlNode) => node.list().map((one) => one.text());
/** The flags of a command, after the word before Lading's own flags. */
const flagsAfter = (word: string, command: readonly string[]) => command.slice(command.indexOf(word) + 1);

const image = configOf(
  platforms[0]!,
  { info: { commit: "unknown", installation: "image" }, time: new Date(0) },
  "",
).config;

test("the compose file runs the command of the image, with the volume and the port of the image", () => {
  const service = YamlNode.read("examples/compose/compose.yaml").get("services", "lading");
  expect([service.find("command"), service.find("user")]).toEqual([undefined, undefined]);
  expect(textsOf(service.get("volumes")).map((volume) => volume.split(":")[1]!)).toEqual(Object.keys(image.Volumes));
  const [port] = Object.keys(image.ExposedPorts);
  expect(textsOf(service.get("ports")).map((published) => `${published}/tcp`)).toEqual([`127.0.0.1:5000:${port}`]);
  expect(["CMD", ...image.Healthcheck.Test.slice(1)]).toEqual(textsOf(service.get("healthcheck", "test")));
});

const mountPathOf = (container: YamlNode, volume: string) =>
  container
    .get("volumeMounts")
    .list()
    .find((mount) => mount.get("name").text() === volume)
    ?.get("mountPath")
    .text();

/** The settings of a container with the file of the ConfigMap. */
function settingsOfPod(container: YamlNode): Settings {
  const flags = flagsAfter("serve", textsOf(container.get("args")));
  const file = join(mountPathOf(container, "config")!, "lading.yml");
  const text = YamlNode.read("examples/kubernetes/configmap.yaml").get("data", "lading.yml").text();
  const folder = mkdtempSync(join(tmpdir(), "lading-examples-"));
  writeFileSync(join(folder, "lading.yml"), text);
  try {
    return loadSettings(
      flags.map((flag) => (flag === file ? join(folder, "lading.yml") : flag)),
      {},
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("the command and the file of the StatefulSet are accepted, and match the image", () => {
  const pod = YamlNode.read("examples/kubernetes/statefulset.yaml").get("spec", "template", "spec");
  const [container] = pod.get("containers").list();
  const { listen, data, workers } = settingsOfPod(container!);
  expect(container!.get("ports").list()[0]!.get("containerPort").value).toBe(listen.port);
  expect(mountPathOf(container!, "data")).toBe(data);
  expect(container!.get("resources", "limits", "cpu").text()).toBe(String(workers));
  const users = ["runAsUser", "runAsGroup"].map((key) => pod.get("securityContext", key).text());
  expect(users.join(":")).toBe(image.User);
  const service = YamlNode.read("examples/kubernetes/service.yaml").get("spec");
  expect(service.get("selector").value).toEqual(
    YamlNode.read("examples/kubernetes/statefulset.yaml").get("spec", "selector", "matchLabels").value,
  );
});

test("the probes of the StatefulSet are those in docs/operations.md", () => {
  const pod = YamlNode.read("examples/kubernetes/statefulset.yaml").get("spec", "template", "spec");
  const [container] = pod.get("containers").list();
  const pathOf = (probe: string) => container!.get(probe, "httpGet", "path").text();
  const named = /Use `(.*)` as a liveness probe and `(.*)` as a readiness probe/.exec(readText("docs/operations.md"));
  expect([pathOf("livenessProbe"), pathOf("readinessProbe")]).toEqual([named?.[1] ?? "", named?.[2] ?? ""]);
});

test("Compose and Kubernetes wait for a graceful shutdown as long as the Helm chart", () => {
  const seconds = YamlNode.read("packaging/helm/lading/values.yaml").get("terminationGracePeriodSeconds").text();
  const pod = YamlNode.read("examples/kubernetes/statefulset.yaml").get("spec", "template", "spec");
  const service = YamlNode.read("examples/compose/compose.yaml").get("services", "lading");
  expect(pod.get("terminationGracePeriodSeconds").text()).toBe(seconds);
  expect(service.get("stop_grace_period").text()).toBe(`${seconds}s`);
});

test("the Helm chart has the version of Lading", () => {
  const { version } = JSON.parse(readText("package.json"));
  const chart = YamlNode.read("packaging/helm/lading/Chart.yaml");
  expect([chart.get("version").text(), chart.get("appVersion").text()]).toEqual([version, version]);
});

const unit = linesOf("examples/systemd/lading.service");
const valueOf = (key: string) => unit.find((line) => line.startsWith(`${key}=`))?.slice(key.length + 1) ?? "";

test("the command of the systemd unit is accepted, and the data is in its writable folder", () => {
  const flags = flagsAfter("serve", valueOf("ExecStart").split(" "));
  expect(flags).toEqual(["--config", "/etc/lading/lading.yml"]);
  const { data, listen } = loadSettings(["--config", join(root, "examples/systemd/lading.yml")], {});
  expect(listen).toEqual({ hostname: "127.0.0.1", port: 5000 });
  expect([data, valueOf("ReadWritePaths")]).toEqual(["/var/lib/lading", `/var/lib/${valueOf("StateDirectory")}`]);
});

test("the commented settings of the systemd example are accepted", () => {
  const settingsText = readText("examples/systemd/lading.yml").replaceAll(/^( *)#(?=\w| {2}\w)/gm, "$1");
  const file = join(mkdtempSync(join(tmpdir(), "lading-example-")), "lading.yml");
  writeFileSync(file, settingsText);
  expect(loadSettings(["--config", file], {})).toMatchObject({
    deletion: false,
    log: "warn",
    tlsKey: "/etc/lading/tls.key",
    trustedProxies: [{ address: "127.0.0.1" }],
  });
  rmSync(dirname(file), { recursive: true });
});

test("the systemd unit gives the registry enough time to shut down", () => {
  const { drainMs, settleMs } = serverLimits;
  expect(Number(valueOf("TimeoutStopSec")) * 1000).toBeGreaterThan(drainMs + settleMs);
});

test(".editorconfig agrees with .oxfmtrc.json", () => {
  const { printWidth, tabWidth = 2, useTabs = false } = JSON.parse(readText(".oxfmtrc.json"));
  const all = readText(".editorconfig").split("\n[")[1]!;
  expect(all).toStartWith("*]");
  expect(found(all, /^(\w+ = \w+)$/gm)).toContain(`max_line_length = ${printWidth}`);
  expect(found(all, /^(\w+ = \w+)$/gm)).toContain(`indent_size = ${tabWidth}`);
  expect(found(all, /^(\w+ = \w+)$/gm)).toContain(`indent_style = ${useTabs ? "tab" : "space"}`);
});

test("Dependabot ignores the pinned runtime, and has each list of packages", () => {
  const updates = YamlNode.read(".github/dependabot.yml").get("updates").list();
  const [npm, actions, ...pip] = updates;
  const kinds = updates.map((update) => update.get("package-ecosystem").text());
  expect(kinds).toEqual(["npm", "github-actions", ...pip.map(() => "pip")]);
  const ignored = npm!
    .get("ignore")
    .list()
    .map((one) => one.get("dependency-name").text());
  expect(ignored).toEqual(["@oven/*", "bun-types"]);
  const { optionalDependencies } = JSON.parse(readText("package.json"));
  expect(Object.keys(optionalDependencies as object).filter((name) => !name.startsWith("@oven/"))).toEqual([]);
  expect([npm, actions].map((update) => update!.get("directory").text())).toEqual(["/", "/"]);
  const requirements = filesBelow("checks").filter((path) => path.endsWith("/requirements.txt"));
  const directories = pip.map((update) => update.get("directory").text());
  expect(directories.map((directory) => `${directory.slice(1)}/requirements.txt`).toSorted()).toEqual(requirements);
});
