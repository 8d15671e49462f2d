import { workloads } from "../bench/workloads.ts";
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
      "Runs until SIGTERM or SIGINT, then lets requests in flight end. A flag wins over the environment variable beside it.",
    ],
    flags: settingFlags,
    exits: {
      0: "a signal stopped it, and requests in flight had their time",
      1: "it could not start",
      2: "a setting is wrong",
      130: "a second SIGINT, more than a second after the first signal, ended it at once",
      143: "the same by SIGTERM",
    },
  },
  convert: {
    usage: "convert HOST[:PORT]/NAME:TAG [flags]",
    summary: "makes an OCI image of one that is stored as Docker schema 1",
    doc: [
      "Reads a schema 1 manifest, as Docker pushed them until 2016, from any registry, verifies its signatures, reads each of its layers once, and pushes an OCI image with the same layers into the same repository. The old image stays as it is.",
      "The signatures say that the manifest is whole and which keys signed it; whether to trust those keys is for you to say, so their ids are printed. What schema 1 says and OCI has no place for is listed as lost. Converting the same image again gives the same digest.",
      "It cannot log in: the registry has to let everybody read and push.",
    ],
    flags: [
      {
        usage: "--to TAG",
        doc: "The tag of the new image, which is moved where it is there. Without it, TAG-oci; that is not moved from another image.",
      },
      { usage: "--plain-http", doc: "Asks without TLS." },
      { usage: "--ca FILE", doc: "Trusts the authority in this PEM file, and no other." },
      { usage: "--unsigned", doc: "Takes a manifest without signatures too. A wrong signature is never taken." },
      { usage: "--dry-run", doc: "Reads and verifies everything, and pushes nothing." },
    ],
    exits: {
      0: "the image is there; with `--dry-run`, it could be",
      1: "it cannot be converted, or the registry does not do what it should",
      2: "the command line is wrong",
    },
  },
  bench: {
    usage: "bench http://HOST[:PORT] [flags]",
    summary: "puts load on a registry, and says how fast it answers",
    doc: [
      "Runs one kind of load after the other against any registry that speaks HTTP without TLS and lets everybody push: first it pushes what the load needs, then it repeats one operation on several connections at once. Every answer is checked: its status, the length of what is read, and the digest of one in 64; of a tag list, every tag. What is not as it should be is counted as failed, by kind, and not as done.",
      "How long operations took is known to within 2 percent, except for the longest, which is exact. MB are millions of bytes of content, without the heads. One operation of `push-images` is seven requests, one of `push-large`, `push-many` and `push-at-once` is two, and every other is one.",
      "On the registry's own machine, the two share its cores. Nothing is deleted: what was pushed stays, in repositories whose names are printed first.",
    ],
    flags: [
      {
        usage: "--work NAME[,NAME...]",
        doc: `The loads, out of: ${Object.entries(workloads)
          .map(([name, { summary }]) => `${name} (${summary})`)
          .join("; ")}.`,
        default: "all of them",
      },
      { usage: "--seconds N", doc: "How long each load runs; what is under way then is waited for.", default: "10" },
      { usage: "--count N", doc: "After how many operations each load ends before that.", default: "none" },
      { usage: "--concurrency N", doc: "How many connections ask at the same time.", default: "16" },
      { usage: "--size BYTES", doc: "The size of a large blob.", default: "67108864" },
      {
        usage: "--repository NAME",
        doc: "Each load pushes into a repository of its own below this.",
        default: "lading-bench/ and eight random digits",
      },
      {
        usage: "--json FILE",
        doc: "Also writes the figures into this file, with the machine, the versions and the flags.",
      },
    ],
    exits: {
      0: "every answer was right",
      1: "some were not, or the registry could not be asked",
      2: "the command line is wrong",
    },
  },
  keys: {
    usage: "keys [flags]",
    summary: "lists the key by which the registry signs: its id, its algorithm and its file",
    doc: ["Its flags are those of serve, and of them only `--data` matters. A registry that runs goes on."],
    flags: settingFlags.filter(({ usage }) => usage.startsWith("--data ")),
    exits: { 0: "it was listed, or there is none", 1: "its file cannot be read", 2: "a setting is wrong" },
  },
  version: { usage: "version", summary: "prints the version", doc: [], flags: [], exits: printed },
  help: {
    usage: "help [COMMAND]",
    summary: "prints this, or all about one command",
    doc: ["`lading COMMAND --help` prints the latter too."],
    flags: [],
    exits: { ...printed, 2: "there is no such command" },
  },
} as const satisfies Readonly<Record<string, Command>>;

export type CommandName = keyof typeof commands;

export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(commands, name);
}
