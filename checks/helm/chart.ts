// The Helm chart, as Helm renders it.
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CommandError, run } from "../clients/command.ts";
import type { Workplace } from "../clients/workplace.ts";

export type Values = Readonly<Record<string, unknown>>;

/** The chart in this repository. */
export const chartFolder = join(import.meta.dir, "../../packaging/helm/lading");

/** Versions of Kubernetes that the chart is rendered for: the oldest of Chart.yaml, and the newest with schemas. */
export const kubernetesVersions = ["1.25", "1.37"] as const;
export const newestKubernetes = kubernetesVersions[1];

export class HelmChart {
  readonly #place: Workplace;

  constructor(place: Workplace) {
    this.#place = place;
  }

  async lint(values: Values): Promise<void> {
    await this.helm("lint", "--strict", chartFolder, "--values", this.#valuesFile(values));
  }

  /** Returns the manifests as one text. */
  async render(values: Values, version: string = newestKubernetes, folder = chartFolder): Promise<string> {
    const flags = ["--namespace", "lading", "--kube-version", version, "--values", this.#valuesFile(values)];
    return (await this.helm("template", "lading", folder, ...flags)).stdout;
  }

  /** Returns what Helm says when it refuses values. */
  async refusal(values: Values): Promise<string> {
    try {
      await this.render(values);
    } catch (error) {
      if (error instanceof CommandError) return error.message;
      throw error;
    }
    throw new Error("Helm has rendered the chart");
  }

  /** Returns what Helm prints after an installation. Helm itself prints it only if it reaches a cluster. */
  async notes(values: Values): Promise<string> {
    const copy = this.#place.freshPath("chart");
    cpSync(chartFolder, copy, { recursive: true });
    const notes = readFileSync(join(copy, "templates/NOTES.txt"), "utf8");
    const manifest = `{{- define "notes" }}${notes}{{- end }}\nnotes: | {{- include "notes" . | nindent 2 }}\n`;
    writeFileSync(join(copy, "templates/notes.yaml"), manifest);
    const manifests = (await this.render(values, newestKubernetes, copy)).split("\n---\n");
    return manifests.find((text) => text.includes("templates/notes.yaml")) ?? "";
  }

  /** Packages the chart, and returns the path of the archive. */
  async package(): Promise<string> {
    const folder = this.#place.folder("package");
    const { stdout } = await this.helm("package", chartFolder, "--destination", folder);
    return stdout.trim().split(": ")[1] ?? "";
  }

  helm(...parameters: string[]) {
    return run(["helm", ...parameters], { env: this.#place.env });
  }

  /** JSON is YAML too. */
  #valuesFile(values: Values): string {
    const path = `${this.#place.freshPath("values")}.yaml`;
    writeFileSync(path, JSON.stringify(values));
    return path;
  }
}
