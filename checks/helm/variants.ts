// Values for which the chart is checked.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { jsonOf } from "../../src/config/documents/schema.ts";
import { groups } from "../../src/config/settings.ts";
import { chartFolder, type Values } from "./chart.ts";

export interface Variant {
  readonly name: string;
  readonly values: Values;
  /** The kinds of its manifests, apart from the ConfigMap, the Service and the StatefulSet. */
  readonly kinds: readonly string[];
  /** Whether the registry is started with it. */
  readonly isServed: boolean;
}

/** The settings that the chart passes on the command line, and one that would send clients to another host. */
const excluded = new Set(["listen", "data", "tls-cert", "tls-key", "public-address"]);

/** Every other setting, with its default or its example. */
const allSettings: Values = Object.fromEntries(
  groups
    .map(({ name, settings }) => {
      const entries = Object.values(settings).filter(({ key }) => !excluded.has(key));
      const values = entries.map((setting) => [setting.key, jsonOf(setting, (setting.default ?? setting.example)!)]);
      return [name, Object.fromEntries(values) as object] as const;
    })
    .filter(([, settings]) => Object.keys(settings).length > 0),
);

const everything: Values = {
  image: { repository: "registry.example/lading", digest: `sha256:${"ab".repeat(32)}`, pullPolicy: "Always" },
  imagePullSecrets: [{ name: "pull" }],
  config: allSettings,
  listenAddress: "[::]",
  env: [{ name: "LADING_LOG", value: "warn" }],
  persistence: {
    storageClassName: "fast",
    accessMode: "ReadWriteOncePod",
    size: "1Ti",
    annotations: { backup: "daily" },
  },
  service: { type: "LoadBalancer", port: 443, annotations: { "example.com/internal": "true" } },
  ingress: {
    enabled: true,
    className: "nginx",
    hosts: ["registry.example", "*.registry.example"],
    paths: ["/v2", "/docs"],
    tlsSecret: "ingress-tls",
    annotations: { "nginx.ingress.kubernetes.io/proxy-body-size": "0" },
  },
  networkPolicy: { enabled: true, from: [{ podSelector: { matchLabels: { app: "ingress" } } }] },
  serviceMonitor: { enabled: true, interval: "1m", labels: { release: "prometheus" } },
  podAnnotations: { a: "b" },
  podLabels: { team: "registry" },
  priorityClassName: "high",
  nodeSelector: { disk: "ssd" },
  tolerations: [{ key: "registry", operator: "Exists" }],
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: "disk", operator: "In", values: ["ssd"] }] }],
      },
    },
  },
  extraVolumes: [{ name: "passwords", secret: { secretName: "passwords", defaultMode: 288 } }],
  extraVolumeMounts: [{ name: "passwords", mountPath: "/etc/lading/passwords", readOnly: true }],
};

/** The examples of values.yaml in the README of the chart. */
function valuesOfReadme(): Values[] {
  const readme = readFileSync(join(chartFolder, "README.md"), "utf8");
  const examples = [...readme.matchAll(/^```yaml\n# values\.yaml\n(.*?)^```/gms)].map(([, example]) => example!);
  return examples.map((example) => Bun.YAML.parse(example) as Values);
}

const readmeKinds: readonly (readonly string[])[] = [
  ["PersistentVolumeClaim"],
  ["Ingress", "NetworkPolicy", "PersistentVolumeClaim"],
];

export const variants: readonly Variant[] = [
  { name: "defaults", values: {}, kinds: ["PersistentVolumeClaim"], isServed: true },
  {
    name: "everything on",
    values: everything,
    kinds: ["Ingress", "NetworkPolicy", "PersistentVolumeClaim", "ServiceMonitor"],
    isServed: true,
  },
  {
    name: "existing claim and TLS secret",
    values: {
      persistence: { existingClaim: "images" },
      tls: { existingSecret: "registry-tls" },
      serviceMonitor: { enabled: true, tlsConfig: { serverName: "registry.example" } },
    },
    kinds: ["ServiceMonitor"],
    isServed: true,
  },
  {
    name: "ingress with TLS",
    values: { ingress: { enabled: true, hosts: ["registry.example"], tlsSecret: "ingress-tls" } },
    kinds: ["Ingress", "PersistentVolumeClaim"],
    isServed: false,
  },
  {
    name: "ingress without TLS",
    values: { ingress: { enabled: true, hosts: ["registry.example"] } },
    kinds: ["Ingress", "PersistentVolumeClaim"],
    isServed: false,
  },
  {
    name: "no persistence and no settings",
    values: { persistence: { enabled: false }, config: { processes: null } },
    kinds: [],
    isServed: true,
  },
  {
    name: "a network policy without peers",
    values: { networkPolicy: { enabled: true } },
    kinds: ["NetworkPolicy", "PersistentVolumeClaim"],
    isServed: false,
  },
  {
    name: "user of the platform and other names",
    values: {
      fullnameOverride: "registry",
      nameOverride: "images",
      podSecurityContext: { runAsUser: null, runAsGroup: null, fsGroup: null },
    },
    kinds: ["PersistentVolumeClaim"],
    isServed: false,
  },
  ...valuesOfReadme().map((values, index) => ({
    name: `example ${index + 1} of the README`,
    values,
    kinds: readmeKinds[index]!,
    isServed: false,
  })),
];
