import { expect, test } from "bun:test";
import { faultsOf, queriesOf, type Dashboard } from "./dashboard.ts";

const panel = (id: number, x: number, expr = "up") => ({
  id,
  type: "stat",
  title: `panel ${id}`,
  description: "What it shows.",
  gridPos: { h: 4, w: 12, x, y: 0 },
  fieldConfig: { defaults: { unit: "s" } },
  targets: [{ refId: "A", expr }],
});
const dashboardOf = (...panels: Dashboard["panels"]): Dashboard => ({
  uid: "x",
  title: "x",
  schemaVersion: 39,
  templating: { list: [{ name: "job" }] },
  panels,
});

test("a dashboard without faults has none", () => {
  expect(faultsOf(dashboardOf(panel(1, 0, 'rate(up{job="$job"}[$__rate_interval])'), panel(2, 12)))).toEqual([]);
});

test("faults of a dashboard are found", () => {
  expect(faultsOf(dashboardOf(panel(1, 0), panel(1, 13), { ...panel(3, 6), targets: [], description: "" }))).toEqual([
    "two panels have the id 1",
    "panel 1 is outside of the grid",
    "panel 1 overlaps panel 3",
    "panel 1 overlaps panel 3",
    "panel 3 has no description",
    "panel 3 has no query",
  ]);
  expect(faultsOf(dashboardOf(panel(1, 0, "up{job=$other}")))).toEqual(["there is no variable other"]);
});

test("queries get the values of the variables", () => {
  const [one] = queriesOf(dashboardOf(panel(1, 0, 'rate(up{job="$job"}[$__rate_interval])')), "lading");
  expect(one!.query).toBe('rate(up{job="lading"}[30s])');
});
