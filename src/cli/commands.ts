import { workloads } from "../loadtest/workloads.ts";
import { configurationFlag, ignoreUnsupportedFlag } from "../config/configuration-flag.ts";
import { environmentName, settings } from "../config/settings.ts";
import type { Setting } from "../config/settings/setting.ts";
import { shells } from "./completion/shells.ts";

/** The description of a command for the help and the manual. The file of the same name in `commands` implements it. */
export interface Command {
  /** The command line after `lading`. */
  readonly usage: string;
  /** One line that continues the sentence after the name. */
  readonly summary: string;
  /** The paragraphs of the description. */
  readonly doc: readonly string[];
  readonly flags: readonly Flag[];
  /** The words that can follow the name, if they are fixed. */
  readonly words?: readonly string[];
  /** The meaning of each exit code. */
  readonly exits: Readonly<Record<number, string>>;
}

/** The description of a flag. */
export interface Flag {
  /** The flag with its value. */
  readonly usage: string;
  readonly doc: string;
  /** The words that the value can be, if they are fixed. */
  readonly values?: readonly string[];
  /** The environment variable with the same effect. */
  readonly variable?: string;
  readonly default?: string;
}

const settingFlags: readonly Flag[] = Object.values<Setting<unknown>>(settings).map((setting) => ({
  usage: `--${setting.key} <${setting.form}>`,
  doc: setting.doc,
  values: wordsOf(setting),
  variable: environmentName(setting.key),
  default: setting.default ?? "none",
}));

function wordsOf({ value }: Setting<unknown>): readonly string[] {
  if (value.kind === "switch") return ["on", "off"];
  return "words" in value ? (value.words ?? []) : [];
}

const configFlag: Flag = {
  usage: `--${configurationFlag.key} <${configurationFlag.form}>`,
  doc: configurationFlag.doc,
  variable: environmentName(configurationFlag.key),
  default: "none",
};

const ignoreFlag: Flag = {
  usage: `--${ignoreUnsupportedFlag.key}`,
  doc: ignoreUnsupportedFlag.doc,
  variable: environmentName(ignoreUnsupportedFlag.key),
  default: "off",
};

const printed = { 0: "the text was printed" } as const;

/** The table of all commands. `main.ts`, the help and the manual read it. */
export const commands = {
  serve: {
    usage: "serve [flags]",
    summary: "runs the registry",
    doc: [
      "Runs until SIGTERM or SIGINT, then shuts down gracefully: requests in flight get 20 seconds. Each flag has an environment variable with the same effect. The flag overrides the variable. Both override the configuration file.",
    ],
    flags: [configFlag, ignoreFlag, ...settingFlags],
    exits: {
      0: "graceful shutdown after a signal",
      1: "the registry could not start",
      2: "a setting is wrong",
      130: "a second SIGINT, more than one second after the first signal, ended the process without waiting for requests",
      143: "the same as 130, with SIGTERM as the second signal",
    },
  },
  convert: {
    usage: "convert HOST[:PORT]/NAME:TAG [flags]",
    summary: "converts a Docker schema 1 image to an OCI image",
    doc: [
      "Reads a schema 1 manifest, which Docker pushed until 2016, from any registry. Verifies its signatures, reads each of its layers once, and pushes an OCI image with the same layers to the same repository. The old image does not change.",
      "The signatures prove that the manifest is complete, and which keys have signed it. The command prints the ids of the keys, so that you can decide whether you trust them. The command lists the fields of schema 1 that OCI does not have. Converting the same image again gives the same digest.",
      "The command cannot log in. The registry has to accept pulls and pushes without credentials.",
    ],
    flags: [
      {
        usage: "--to TAG",
        doc: "Tag of the new image. If the tag exists, the command moves it. Without this flag, the tag is TAG-oci, and it is an error if TAG-oci is another image.",
      },
      { usage: "--plain-http", doc: "Uses HTTP without TLS." },
      { usage: "--ca FILE", doc: "Trusts only the certificate authority in this PEM file." },
      { usage: "--unsigned", doc: "Accepts a manifest without signatures. A wrong signature is always refused." },
      { usage: "--dry-run", doc: "Reads and verifies everything, and pushes nothing." },
    ],
    exits: {
      0: "the image was pushed, or with `--dry-run` can be converted",
      1: "the image cannot be converted, or the registry failed",
      2: "the command line is wrong",
    },
  },
  bench: {
    usage: "bench http://HOST[:PORT] [flags]",
    summary: "measures how fast a registry answers",
    doc: [
      "Runs one kind of load after the other against any registry that accepts pushes over HTTP without TLS and credentials. For each load, it first pushes the content that the load needs, then repeats one operation on several connections at the same time. It checks every response: its status, the length of the body, the digest of one body in 64, and every tag of a tag list. Unexpected responses are counted as failures, grouped by kind, and excluded from the rate.",
      "Latencies are accurate to 2 percent. The maximum is exact. MB are millions of bytes of content, without headers. One operation of `push-images` is seven requests. One operation of `push-large`, `push-many` and `push-at-once` is two requests. Every other operation is one request.",
      "If the command runs on the same machine as the registry, the two share the CPU cores. The command deletes nothing: the pushed content stays in repositories whose names it prints first.",
    ],
    flags: [
      {
        usage: "--work NAME[,NAME...]",
        doc: `The kinds of load to run: ${Object.entries(workloads)
          .map(([name, { summary }]) => `${name} (${summary})`)
          .join("; ")}.`,
        values: Object.keys(workloads),
        default: "all of them",
      },
      {
        usage: "--seconds N",
        doc: "Number of seconds that each load runs. Operations in flight are finished then.",
        default: "10",
      },
      {
        usage: "--count N",
        doc: "Number of operations after which a load ends before its time is over.",
        default: "none",
      },
      { usage: "--concurrency N", doc: "Number of connections that send requests at the same time.", default: "16" },
      { usage: "--size BYTES", doc: "Size of a large blob in bytes.", default: "67108864" },
      {
        usage: "--repository NAME",
        doc: "Prefix of the repositories. Each load uses its own repository below it.",
        default: "lading-bench/ and eight random hexadecimal digits",
      },
      {
        usage: "--json FILE",
        doc: "Also writes the results to this JSON file, with the machine, the versions and the flags.",
      },
    ],
    exits: {
      0: "all responses were as expected",
      1: "some responses were not as expected, or the registry could not be reached",
      2: "the command line is wrong",
    },
  },
  config: {
    usage: "config check|convert [FILE] [flags]",
    summary: "checks the settings, or converts a configuration of registry:2, without starting the registry",
    doc: [
      "`config check` loads the settings as `lading serve` does, from the configuration file, the environment and the flags, and reads the TLS certificate. The command prints each setting with its value and its source, or all mistakes. It accepts all flags of `lading serve`.",
      "`config convert FILE` reads a configuration file of `registry:2` or distribution 3, and the variables that begin with `REGISTRY_`. It prints a file in Lading's format with the same settings. Comments list the keys that Lading does not support or does not need.",
    ],
    flags: [configFlag, ignoreFlag],
    words: ["check", "convert"],
    exits: { 0: "the settings are valid, or the file was printed", 2: "a setting or the command line is wrong" },
  },
  health: {
    usage: "health [flags]",
    summary: "asks a running registry whether it can read and store content",
    doc: [
      "Requests `/readyz` at the address of the setting `listen`, or at the loopback address if the registry listens on all addresses. It finds the settings as `lading serve` does, and accepts the same flags. A container can use it as its health check.",
    ],
    flags: [configFlag, ignoreFlag],
    exits: {
      0: "the registry can read and store content",
      1: "it cannot, or it does not answer within five seconds",
      2: "a setting is wrong",
    },
  },
  keys: {
    usage: "keys [flags]",
    summary: "prints the id, the algorithm and the file of the key that signs schema 1 manifests",
    doc: ["The command also works while the registry runs."],
    flags: [configFlag, ...settingFlags.filter(({ usage }) => usage.startsWith("--data "))],
    exits: { 0: "the key was printed, or no key exists", 1: "the file cannot be read", 2: "a setting is wrong" },
  },
  completion: {
    usage: `completion ${shells.join(" | ")}`,
    summary: "prints the completion of commands and flags for a shell",
    doc: [
      "The Debian package installs the completions of all shells. Otherwise, load the text at the start of the shell: `source <(lading completion bash)` in `~/.bashrc`, the same with `zsh` in `~/.zshrc` after `compinit`, or `lading completion fish | source` in `~/.config/fish/config.fish`.",
    ],
    flags: [],
    words: shells,
    exits: { ...printed, 2: "the command line is wrong" },
  },
  version: {
    usage: "version [--json]",
    summary: "prints the version",
    doc: [],
    flags: [
      {
        usage: "--json",
        doc: "Prints a JSON object with `version`, `commit` (null if it is unknown; `-dirty` at the end if files were changed), `runtime`, and `installation`: `source`, `executable`, `npm`, `image` or `deb`.",
      },
    ],
    exits: { ...printed, 2: "the command line is wrong" },
  },
  help: {
    usage: "help [COMMAND]",
    summary: "prints the list of commands, or the description of one",
    doc: ["`lading COMMAND --help` prints the same description."],
    flags: [],
    exits: { ...printed, 2: "the command does not exist" },
  },
} as const satisfies Readonly<Record<string, Command>>;

/** The name of a command. */
export type CommandName = keyof typeof commands;

/** Returns whether a command with this name exists. */
export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(commands, name);
}
