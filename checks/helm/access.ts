// Cases about who can reach the registry.
import { assertEqual } from "../clients/assertions.ts";
import type { CaseRunner } from "../clients/case-runner.ts";
import type { HelmChart, Values } from "./chart.ts";
import { Manifests } from "./manifests.ts";

interface IngressSpec {
  readonly rules: readonly { readonly http: { readonly paths: readonly { readonly path: string }[] } }[];
}

export async function checkAccess(cases: CaseRunner, chart: HelmChart): Promise<void> {
  const specOf = async (values: Values, kind: string) => new Manifests(await chart.render(values)).only(kind)["spec"];
  await cases.test("by default, only pods of the cluster reach the registry", async () => {
    assertEqual("type", ((await specOf({}, "Service")) as { type: string }).type, "ClusterIP");
    assertEqual("kinds", new Manifests(await chart.render({})).kinds.includes("Ingress"), false);
  });
  await cases.test("an Ingress publishes the registry API only", async () => {
    const { rules } = (await specOf({ ingress: { enabled: true, hosts: ["a", "b"] } }, "Ingress")) as IngressSpec;
    const paths = rules.flatMap(({ http }) => http.paths.map(({ path }) => path));
    assertEqual("paths", paths, ["/v2", "/v2"]);
  });
  await cases.test("a network policy without peers admits none, and otherwise only its peers", async () => {
    const from = [{ podSelector: { matchLabels: { app: "ingress" } } }];
    const rules = async (peers: readonly object[]) =>
      ((await specOf({ networkPolicy: { enabled: true, from: peers } }, "NetworkPolicy")) as { ingress?: object })
        .ingress;
    assertEqual("rules without peers", await rules([]), undefined);
    assertEqual("rules", await rules(from), [{ from, ports: [{ port: "http" }] }]);
  });
}
