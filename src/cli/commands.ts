import { workloads } from "../loadtest/workloads.ts";
import { environmentName, settings } from "../config/settings.ts";

/** One command, as help and manual tell it. What it does is in the file of its name below `commands`. */
export interface Command {
  /** What stands after `lading`. */
  readonly usage: string;
  /** One line, that goes on from the name. */
  readonly summary: string;
  /** Paragraphs. */
  readonly doc: readonly string[];
  readonly flags: readonly Flag[];
  /** What each exit code says. */
  readonly exits: Readonly<Record<number, string>>;
}

export interface Flag {
  /** With what it takes. */
  readonly usage: string;
  readonly doc: string;
  /** The environment variable that says the same. */
  readonly variable?: string;
  readonly default?: string;
}

const settingFlags: readonly Flag[] = Object.values(settings).map(({ key, form, doc, default: value }) => ({
  usage: `--${key} <${form}>`,
  doc,
  variable: environmentName(key),
  default: value ?? "none",
}));

const printed = { 0: "it was printed" } as const;

/** The third table: every command, once. `main.ts`, the help and the manual are read from it. */
export const commands = {
  serve: {
    usage: "serve [flags]",
    summary: "runs the registry",
    doc: [
      "Runs until SIGTERM or SIGINT, then shuts down gracefully: requests in flight get 20 seconds. A flag overrides the environment variable beside it.",
    ],
    flags: settingFlags,
    exits: {
      0: "graceful shutdown after a signal",
      1: "it could not start",
      2: "a setting is wrong",
      130: "a second SIGINT, more than a second after the first signal, ended it without waiting for requests",
      143: "the same, by SIGTERM",
    },
  },
  convert: {
    usage: "convert HOST[:PORT]/NAME:TAG [flags]",
    summary: "converts a Docker schema 1 image to an OCI image",
    doc: [
      "Reads a schema 1 manifest, which Docker pushed until 2016, from any registry. Verifies its signatures, reads each of its layers once, and pushes an OCI image with the same layers to the same repository. The old image does not change.",
      "The signatures prove that the manifest is complete, and by which keys it was signed. The ids of the keys are printed, so that you can decide whether you trust them. Fields of schema 1 that OCI does not have are listed as lost. Converting the same image again gives the same digest.",
      "It cannot log in: the registry has to accept pulls and pushes without credentials.",
    ],
    flags: [
      {
        usage: "--to TAG",
        doc: "The tag of the new image. If the tag exists, it is moved. Without this flag the tag is TAG-oci, and it is an error if TAG-oci is another image.",
      },
      { usage: "--plain-http", doc: "Uses HTTP without TLS." },
      { usage: "--ca FILE", doc: "Trusts the certificate authority in this PEM file, and no other." },
      { usage: "--unsigned", doc: "Accepts a manifest without signatures. A wrong signature is always refused." },
      { usage: "--dry-run", doc: "Reads and verifies everything, and pushes nothing." },
    ],
    exits: {
      0: "the image was pushed; with `--dry-run`, it can be converted",
      1: "the image cannot be converted, or the registry failed",
      2: "the command line is wrong",
    },
  },
  bench: {
    usage: "bench http://HOST[:PORT] [flags]",
    summary: "measures how fast a registry answers",
    doc: [
      "Runs one kind of load after the other against any registry that accepts pushes over HTTP without TLS and credentials. For each it first pushes the content that the load needs, then repeats one operation on several connections at once. It checks every response: its status, the length of the body, the digest of one body in 64, and every tag of a tag list. Unexpected responses are counted as failures, grouped by kind, and excluded from the rate.",
      "Latencies are accurate to 2 percent; the longest one is exact. MB are millions of bytes of content, without headers. One operation of `push-images` is seven requests, one of `push-large`, `push-many` and `push-at-once` is two, and every other is one.",
      "If it runs on the same machine as the registry, the two share the CPU cores. It deletes nothing: the pushed content stays, in repositories whose names are printed first.",
    ],
    flags: [
      {
        usage: "--work NAME[,NAME...]",
        doc: `The kinds of load: ${Object.entries(workloads)
          .map(([name, { summary }]) => `${name} (${summary})`)
          .join("; ")}.`,
        default: "all of them",
      },
      {
        usage: "--seconds N",
        doc: "How long each load runs. Operations that have begun by then are finished.",
        default: "10",
      },
      { usage: "--count N", doc: "Number of operations after which a load ends earlier.", default: "none" },
      { usage: "--concurrency N", doc: "Number of connections that send requests at the same time.", default: "16" },
      { usage: "--size BYTES", doc: "The size of a large blob.", default: "67108864" },
      {
        usage: "--repository NAME",
        doc: "Prefix of the repositories: each load uses its own repository below it.",
        default: "lading-bench/ and eight random digits",
      },
      {
        usage: "--json FILE",
        doc: "Also writes the figures to this file, with the machine, the versions and the flags.",
      },
    ],
    exits: {
      0: "all responses were as expected",
      1: "some were not, or the registry could not be reached",
      2: "the command line is wrong",
    },
  },
  keys: {
    usage: "keys [flags]",
    summary: "prints the id, the algorithm and the file of the key that signs schema 1 manifests",
    doc: ["Can be used while the registry runs."],
    flags: settingFlags.filter(({ usage }) => usage.startsWith("--data ")),
    exits: { 0: "the key was printed, or there is none", 1: "the file cannot be read", 2: "a setting is wrong" },
  },
  version: { usage: "version", summary: "prints the version", doc: [], flags: [], exits: printed },
  help: {
    usage: "help [COMMAND]",
    summary: "prints the list of commands, or the description of one",
    doc: ["`lading COMMAND --help` prints the description too."],
    flags: [],
    exits: { ...printed, 2: "there is no such command" },
  },
} as const satisfies Readonly<Record<string, Command>>;

export type CommandName = keyof typeof commands;

export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(commands, name);
}
