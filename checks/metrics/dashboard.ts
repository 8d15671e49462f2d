import { readFileSync } from "node:fs";

interface Place {
  readonly h: number;
  readonly w: number;
  readonly x: number;
  readonly y: number;
}

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: Place;
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
  readonly targets?: readonly { readonly refId: string; readonly expr: string }[];
}

/** The parts of a Grafana dashboard that the checks read. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly schemaVersion: number;
  readonly templating: { readonly list: readonly { readonly name: string }[] };
  readonly panels: readonly Panel[];
}

/** The width of a dashboard in Grafana. */
const columns = 24;

export function readDashboard(path: string): Dashboard {
  return JSON.parse(readFileSync(path, "utf8")) as Dashboard;
}

/** The queries of a dashboard with the values that Grafana would fill in. */
export function queriesOf({ panels }: Dashboard, job: string): { readonly title: string; readonly query: string }[] {
  return panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({
      title,
      query: expr.replaceAll("$job", job).replaceAll("$instance", ".+").replaceAll("$__rate_interval", "30s"),
    })),
  );
}

/** What Grafana would not show as it is meant. */
export function faultsOf({ panels, templating }: Dashboard): string[] {
  const variables = new Set(["__rate_interval", ...templating.list.map(({ name }) => name)]);
  const text = JSON.stringify(panels);
  const unknown = [...text.matchAll(/\$\{?(\w+)/g)].map(([, name]) => name!).filter((name) => !variables.has(name));
  return [
    ...unknown.map((name) => `there is no variable ${name}`),
    ...duplicatesIn(panels.map(({ id }) => id)).map((id) => `two panels have the id ${id}`),
    ...panels.filter(({ gridPos: { x, w } }) => x + w > columns).map(({ title }) => `${title} is outside of the grid`),
    ...panels.flatMap((panel, index) => panels.slice(index + 1).flatMap((other) => overlapOf(panel, other))),
    ...panels.filter(({ type }) => type !== "row").flatMap(incompleteness),
  ];
}

function duplicatesIn(values: readonly number[]): number[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}

function overlapOf({ title, gridPos: a }: Panel, { title: other, gridPos: b }: Panel): string[] {
  const isApart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
  return isApart ? [] : [`${title} overlaps ${other}`];
}

function incompleteness({ title, description = "", targets = [], fieldConfig }: Panel): string[] {
  return [
    ...(description === "" ? [`${title} has no description`] : []),
    ...(targets.length === 0 ? [`${title} has no query`] : []),
    ...(fieldConfig?.defaults.unit === undefined ? [`${title} has no unit`] : []),
  ];
}
