import { expect, test } from "bun:test";
import { accessSync, constants, existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { filesBelow, readText, root, YamlNode } from "./repository-files.ts";

const workflows = filesBelow(".github/workflows").map((path) => ({ path, workflow: YamlNode.read(path) }));
const jobs = workflows.flatMap(({ path, workflow }) =>
  workflow
    .get("jobs")
    .entries()
    .map(([name, job]) => ({ name: `${path} ${name}`, job })),
);
const npmScripts = Object.keys(JSON.parse(readText("package.json")).scripts as object);

/** Programs of the hosted machine that a command may run. */
const hostedPrograms = ["git diff --exit-code", "go build", "go run", "go test"];

/** The values of each run of the job's matrix, by name. A job without a matrix runs once, without values. */
function matrixOf(job: YamlNode): Readonly<Record<string, string>>[] {
  const matrix = job.find("strategy")?.get("matrix");
  if (matrix === undefined) return [{}];
  const textsOf = (node: YamlNode) => Object.fromEntries(node.entries().map(([key, value]) => [key, value.text()]));
  const included = matrix.find("include")?.list().map(textsOf) ?? [];
  const axes = matrix.entries().filter(([key]) => key !== "include");
  if (axes.length > 1) throw new Error("this test reads one axis of a matrix only");
  return [...included, ...axes.flatMap(([key, values]) => values.list().map((value) => ({ [key]: value.text() })))];
}

/** The commands of a job, one for each line of each `run`, with the values of the matrix inserted. */
function commandsOf(job: YamlNode): string[] {
  const runs = job
    .get("steps")
    .list()
    .flatMap((step) => step.find("run")?.text() ?? []);
  const expanded = matrixOf(job).flatMap((values) =>
    runs.map((run) => run.replaceAll(/\$\{\{ matrix\.(\w+) \}\}/g, (_, key: string) => values[key] ?? `no ${key}`)),
  );
  const commands = expanded.flatMap((run) => run.split(/\n|&&/)).map((command) => command.trim());
  return [...new Set(commands)].filter((command) => command !== "");
}

function isProgram(path: string): boolean {
  if (!path.includes("/") || !existsSync(join(root, path)) || !statSync(join(root, path)).isFile()) return false;
  accessSync(join(root, path), constants.X_OK);
  return true;
}

function helpOf(program: string): string {
  return Bun.spawnSync([join(root, program), "--help"], { cwd: root, stdin: "ignore" }).stdout.toString();
}

/** The error of a command; undefined if it is valid. */
function problemOf(command: string): string | undefined {
  const [program = "", ...parameters] = command.split(" ");
  if (program === "npm") {
    const [verb, name = verb] = parameters;
    if (verb === "ci" || (["run", "test"].includes(verb!) && npmScripts.includes(name!))) return undefined;
    return `package.json has no script for: ${command}`;
  }
  if (hostedPrograms.some((known) => command.startsWith(known))) return undefined;
  if (!isProgram(program)) return `no program of the repository: ${command}`;
  const options = parameters.filter((parameter) => parameter.startsWith("--"));
  const help = options.length === 0 ? "" : helpOf(program);
  const unknown = options.filter((option) => !help.includes(`${option} `));
  return unknown.length === 0 ? undefined : `${program} --help does not name ${unknown.join(", ")}`;
}

test("there are workflows, and the check of their commands finds mistakes", () => {
  expect(jobs.length).toBeGreaterThan(1);
  expect(problemOf("npm run no-such-script")).toContain("has no script");
  expect(problemOf("npm install")).toContain("has no script");
  expect(problemOf("scripts/no-such-program")).toContain("no program");
  expect(problemOf("scripts")).toContain("no program");
  expect(problemOf("curl 127.0.0.1")).toContain("no program");
  expect(problemOf("scripts/crash --rounds 5 --no-such-option 1")).toEndWith("does not name --no-such-option");
});

for (const { name, job } of jobs) {
  test(`${name}: each command is an npm script or a program of the repository, with options that it has`, () => {
    const commands = commandsOf(job);
    expect(commands.length).toBeGreaterThan(0);
    expect(commands.flatMap((command) => problemOf(command) ?? [])).toEqual([]);
  });

  test(`${name}: has a timeout`, () => {
    const timeout = job.get("timeout-minutes").text().replace("${{ matrix.minutes }}", "");
    const minutes = timeout === "" ? matrixOf(job).map((values) => Number(values["minutes"])) : [Number(timeout)];
    expect(minutes.filter((one) => !(one > 0 && one <= 180))).toEqual([]);
  });

  test(`${name}: no checkout stores a token`, () => {
    const checkouts = job
      .get("steps")
      .list()
      .filter((step) => step.find("uses")?.text().startsWith("actions/checkout@") === true);
    expect(checkouts.length).toBeGreaterThan(0);
    for (const step of checkouts) expect(step.get("with", "persist-credentials").value).toBe(false);
  });
}

for (const { path, workflow } of workflows) {
  test(`${path}: may only read the repository, and runs once at a time for each branch`, () => {
    expect(workflow.get("permissions").value).toEqual({ contents: "read" });
    expect(workflow.get("concurrency", "group").text()).toBe("${{ github.workflow }}-${{ github.ref }}");
  });

  test(`${path}: each action is pinned to a commit, with its version as a comment`, () => {
    const uses = [...readText(path).matchAll(/^ *- uses: (.*)$|^ *uses: (.*)$/gm)].map(([, a, b]) => a ?? b!);
    expect(uses.length).toBeGreaterThan(0);
    expect(uses.filter((one) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(one))).toEqual([]);
  });
}

test("every program in scripts runs each night", () => {
  const nightly = [
    readText(".ci/run"),
    ...jobs.filter(({ name }) => name.includes("nightly")).flatMap(({ job }) => commandsOf(job)),
  ];
  const named = new Set([...nightly.join("\n").matchAll(/\bscripts\/([\w-]+)/g)].map(([, name]) => name!));
  expect(readdirSync(join(root, "scripts")).filter((name) => !named.has(name))).toEqual([]);
});
