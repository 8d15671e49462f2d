/** Reads a configuration of distribution, the registry that the image `registry:2` contains. */
import { nearestName } from "../../base/nearest-name.ts";
import { shownName } from "../../base/shown-text.ts";
import { shown, type YamlDocument } from "../file/document.ts";
import type { Effect, FileConfiguration, FileSetting, Note } from "../file/file-settings.ts";
import { Mistakes } from "../file/mistakes.ts";
import { expected } from "../file/yaml-value.ts";
import { places } from "../setting-names.ts";
import { applyVariables, variablesOf, type Environment } from "./environment.ts";
import type { DistributionKey, Reading, TakenKey } from "./key.ts";
import { distributionKeys, findKey, namesIn } from "./keys.ts";
import { driverPaths } from "./keys/storage.ts";
import { asMapping, isBranch, plain, treeOf, type Branch, type Node } from "./tree.ts";

/** The mappings that may be a word instead: the name of a driver or of a kind of accounts. */
const wordPaths: ReadonlySet<string> = new Set(["storage", "auth"]);

/** Reads a configuration of distribution, and the variables that override it. */
export function readDistribution(document: YamlDocument, environment: Environment): FileConfiguration {
  const mistakes = new Mistakes(document.path);
  const root = treeOf(document, mistakes);
  mistakes.throwAny();
  // It has marked the format, and needs no note.
  root.entries.delete("version");
  const variableNotes = applyVariables(root, variablesOf(environment));
  const file = new DistributionReader(document.path).read(root);
  return { ...file, notes: [...file.notes, ...variableNotes] };
}

/** Reads the tree of one configuration, and collects what is wrong. */
class DistributionReader {
  readonly #path: string;
  readonly #settings = new Map<string, FileSetting>();
  readonly #notes: Note[] = [];
  /** The paths of all mappings and values. */
  readonly #present = new Set<string>();

  constructor(path: string) {
    this.#path = path;
  }

  read(root: Branch): FileConfiguration {
    this.#readMapping("", root);
    this.#requireDriver();
    this.#addDefaults();
    return { settings: this.#settings, notes: this.#notes, ...this.#otherStorage(root) };
  }

  #readMapping(path: string, node: Node): void {
    const mapping = isBranch(node) || wordPaths.has(path) || node.value === null ? asMapping(node) : undefined;
    if (!mapping) {
      this.#note("wrong", path, node, "must be a mapping");
      return;
    }
    for (const [name, below] of mapping.entries) this.#read(path === "" ? name : `${path}.${name}`, below);
  }

  #read(path: string, node: Node): void {
    this.#present.add(path);
    const key = findKey(path);
    if (key) this.#readKey(key, path, node);
    else if (namesIn(path)) this.#readMapping(path, node);
    else this.#note("unsupported", path, node, unknownKey(path));
  }

  #readKey(key: DistributionKey, path: string, node: Node): void {
    const value = plain(node);
    if (isEmpty(value) && !("evenEmpty" in key)) return;
    if ("setting" in key) this.#readSetting(key, path, node);
    else if ("noEffect" in key) this.#note("none", path, node, `has no effect: ${key.noEffect}`);
    else if (key.isUsed?.(value) ?? true) this.#note("unsupported", path, node, `is not supported: ${key.unsupported}`);
  }

  #readSetting({ setting, read, overriddenBy }: TakenKey, path: string, node: Node): void {
    const value = plain(node);
    const reading = checked(setting, read(value));
    if ("unsupported" in reading) {
      this.#note("unsupported", path, node, `is ${shown(value)}, which is not supported: ${reading.unsupported}`);
    } else if ("mustBe" in reading) {
      this.#note("wrong", path, node, `is ${shown(value)}; it must be ${reading.mustBe}`);
    } else if (overriddenBy === undefined || this.#settings.get(setting)?.name !== overriddenBy) {
      this.#settings.set(setting, { text: reading.text, place: node.place, name: path });
    }
  }

  #note(effect: Effect, path: string, { place }: Node, message: string): void {
    this.#notes.push({ effect, message: `${place}: ${shownName(path)} ${message}` });
  }

  #requireDriver(): void {
    const drivers = driverPaths.filter((path) => this.#present.has(path));
    if (drivers.length === 1) return;
    const wrong = drivers.length === 0 ? "storage names no driver" : `storage names ${drivers.length} drivers`;
    const message = `${this.#path}: ${wrong}; exactly one is needed, and Lading has storage.filesystem`;
    this.#notes.push({ effect: "wrong", message });
  }

  /** Finds a storage that is not a directory. Lading's own default is not where the operator expects the data. */
  #otherStorage(root: Branch): { readonly otherStorage?: string } {
    if (this.#settings.has("data")) return {};
    const path = driverPaths.find((one) => this.#present.has(one));
    const storage = root.entries.get("storage");
    return path === undefined || !storage ? {} : { otherStorage: `${storage.place}: ${path}` };
  }

  /** Adds the defaults of distribution that differ from Lading's. */
  #addDefaults(): void {
    for (const key of distributionKeys) {
      if (!("setting" in key) || !key.otherwise || this.#settings.has(key.setting)) continue;
      if (!this.#present.has(key.otherwise.within)) continue;
      const reading = key.read(key.otherwise.value) as { readonly text: string };
      this.#settings.set(key.setting, { text: reading.text, place: this.#path, name: key.path });
    }
  }
}

/** Empty values mean the same as absent ones in distribution. */
function isEmpty(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return value === null || value === "";
}

/** Returns a reading whose text is valid for the setting, or says what the value must be. */
function checked(key: string, reading: Reading | undefined): Reading {
  const { setting } = places.get(key)!;
  const isValid = reading !== undefined && (!("text" in reading) || setting.parse(reading.text) !== undefined);
  return isValid ? reading : { mustBe: expected(setting) };
}

function unknownKey(path: string): string {
  const above = path.split(".").slice(0, -1).join(".");
  const meant = nearestName(path.slice(above.length).replace(/^\./, ""), namesIn(above) ?? []);
  const advice = meant === undefined ? "" : `; did you mean ${above === "" ? meant : `${above}.${meant}`}?`;
  return `is not a key of distribution 2.8 or 3${advice}`;
}
