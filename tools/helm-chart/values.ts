/** The table of the values of the Helm chart. values.yaml, its JSON Schema and the README of the chart are made from it. */
import { serverLimits } from "../../src/server/limits.ts";
import { configurationSchema } from "./configuration-schema.ts";

/** A JSON Schema, or a part of one. */
export type Schema = Readonly<Record<string, unknown>>;

/** A value that the user of the chart may set. */
export interface ChartValue {
  /** Sentences for users, in Markdown. */
  readonly doc: string;
  readonly default: unknown;
  /** The schema of the value. Without it, any text is valid. */
  readonly schema?: Schema;
}

const anyObject: Schema = { type: "object" };
const anyList: Schema = { type: "array" };
const texts: Schema = { type: "array", items: { type: "string" } };
const switched: Schema = { type: "boolean" };
const quantity: Schema = { type: "string", pattern: "^[0-9.]+([KMGTPE]i?)?$" };

/** The settings of a probe. The chart adds the path and the port. */
const probe: Schema = {
  type: "object",
  additionalProperties: false,
  properties: Object.fromEntries(
    ["initialDelaySeconds", "periodSeconds", "timeoutSeconds", "successThreshold", "failureThreshold"].map((name) => [
      name,
      { type: "integer", minimum: 0 },
    ]),
  ),
};

/** Seconds that a graceful shutdown can take. Kubernetes kills the registry after the grace period. */
const shutdownSeconds = Math.ceil((serverLimits.drainMs + serverLimits.settleMs) / 1000);
const graceSeconds = shutdownSeconds + 5;

/** The values by their paths. Values of the same group follow each other. */
export const chartValues: Readonly<Record<string, ChartValue>> = {
  nameOverride: { doc: "Replaces the name of the chart in the names of the resources.", default: "" },
  fullnameOverride: { doc: "Replaces the whole name of the resources.", default: "" },

  "image.repository": {
    doc: "Repository of the image. No image is published; push it to a registry that the cluster can reach.",
    default: "lading/lading",
    schema: { type: "string", minLength: 1 },
  },
  "image.tag": { doc: "Tag of the image. If empty, it is the `appVersion` of the chart.", default: "" },
  "image.digest": {
    doc: "Digest of the image, such as `sha256:…`. It has precedence over the tag.",
    default: "",
    schema: { type: "string", pattern: "^([a-z0-9]+:[0-9a-f]{32,})?$" },
  },
  "image.pullPolicy": {
    doc: "When the node pulls the image.",
    default: "IfNotPresent",
    schema: { enum: ["Always", "IfNotPresent", "Never"] },
  },
  imagePullSecrets: { doc: "Secrets for the pull of the image, as `- name: NAME`.", default: [], schema: anyList },

  config: {
    doc: "Settings of Lading in groups, as in its configuration file. The chart sets `listen`, `data` and the certificate itself. Choose as many workers as the CPU limit allows.",
    default: { processes: { workers: 2 } },
    schema: configurationSchema(),
  },
  listenAddress: {
    doc: "Addresses on which the pod listens. `[::]` is for clusters with IPv6.",
    default: "0.0.0.0",
    schema: { enum: ["0.0.0.0", "[::]"] },
  },
  env: { doc: "Further environment variables of the container. They override `config`.", default: [], schema: anyList },
  "tls.existingSecret": {
    doc: "Secret of type `kubernetes.io/tls` in the namespace. If set, the pod and the Service speak TLS only. Lading reads a renewed certificate without a restart.",
    default: "",
  },

  "persistence.enabled": {
    doc: "If false, the data is in an `emptyDir` volume, and Kubernetes deletes it with the pod. Only for trials.",
    default: true,
    schema: switched,
  },
  "persistence.existingClaim": {
    doc: "Name of a PersistentVolumeClaim that already exists. If set, the chart makes none.",
    default: "",
  },
  "persistence.storageClassName": {
    doc: "Storage class of a block device. Network filesystems (NFS, CephFS, SMB) are not supported. If empty, it is the default of the cluster.",
    default: "",
  },
  "persistence.accessMode": {
    doc: "`ReadWriteOncePod` also stops pods of other owners on the same node; the storage driver must support it.",
    default: "ReadWriteOnce",
    schema: { enum: ["ReadWriteOnce", "ReadWriteOncePod"] },
  },
  "persistence.size": {
    doc: "Size of the volume. A larger value expands it, if the storage class allows that.",
    default: "50Gi",
    schema: quantity,
  },
  "persistence.annotations": { doc: "Annotations of the claim.", default: {}, schema: anyObject },

  "service.type": {
    doc: "Type of the Service. With `NodePort` and `LoadBalancer`, everyone who can reach the address can push and delete.",
    default: "ClusterIP",
    schema: { enum: ["ClusterIP", "NodePort", "LoadBalancer"] },
  },
  "service.port": {
    doc: "Port of the Service.",
    default: 5000,
    schema: { type: "integer", minimum: 1, maximum: 65_535 },
  },
  "service.annotations": { doc: "Annotations of the Service.", default: {}, schema: anyObject },

  "ingress.enabled": {
    doc: "Opens the registry to clients outside of the cluster. Restrict access first.",
    default: false,
    schema: switched,
  },
  "ingress.className": { doc: "Class of the Ingress. If empty, it is the default of the cluster.", default: "" },
  "ingress.hosts": { doc: "Host names of the registry. At least one is needed.", default: [], schema: texts },
  "ingress.paths": {
    doc: "Paths that the Ingress publishes. `/v2` has the whole registry API. `/` also publishes the metrics.",
    default: ["/v2"],
    schema: { ...texts, minItems: 1 },
  },
  "ingress.tlsSecret": { doc: "Secret with the certificate of the hosts. If empty, there is no TLS.", default: "" },
  "ingress.annotations": {
    doc: "Annotations of the Ingress, such as body sizes and passwords.",
    default: {},
    schema: anyObject,
  },

  "networkPolicy.enabled": {
    doc: "If true, only the peers in `networkPolicy.from` can reach the pod. The cluster's network plugin must enforce it.",
    default: false,
    schema: switched,
  },
  "networkPolicy.from": {
    doc: "Peers that can reach the pod, as in `spec.ingress.from` of a NetworkPolicy. If empty, no pod can.",
    default: [],
    schema: anyList,
  },

  "serviceMonitor.enabled": {
    doc: "Makes a ServiceMonitor for the Prometheus Operator. Its resource definitions must be installed.",
    default: false,
    schema: switched,
  },
  "serviceMonitor.interval": {
    doc: "Time between two scrapes.",
    default: "30s",
    schema: { type: "string", pattern: "^[0-9]+(ms|s|m|h)$" },
  },
  "serviceMonitor.labels": {
    doc: "Labels of the ServiceMonitor, which some Prometheus servers select by.",
    default: {},
    schema: anyObject,
  },
  "serviceMonitor.tlsConfig": {
    doc: "How Prometheus verifies the certificate, if the pod speaks TLS.",
    default: {},
    schema: anyObject,
  },

  resources: {
    doc: "Requests and limits of the container. 1 GiB of memory is for two workers.",
    default: { requests: { cpu: "500m", memory: "512Mi" }, limits: { cpu: "2", memory: "1Gi" } },
    schema: anyObject,
  },
  terminationGracePeriodSeconds: {
    doc: `Seconds after which Kubernetes kills a pod that does not end. A graceful shutdown takes up to ${shutdownSeconds} seconds.`,
    default: graceSeconds,
    schema: { type: "integer", minimum: shutdownSeconds },
  },
  startupProbe: {
    doc: "Timing of the first check. A new release may have to migrate the database first.",
    default: { periodSeconds: 5, failureThreshold: 60 },
    schema: probe,
  },
  livenessProbe: {
    doc: "Timing of the check after which Kubernetes restarts the container.",
    default: { periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
    schema: probe,
  },
  readinessProbe: {
    doc: "Timing of the check without which the pod gets no requests.",
    default: { periodSeconds: 10, timeoutSeconds: 5 },
    schema: probe,
  },

  podSecurityContext: {
    doc: "Security context of the pod. The user is the one of the image. `fsGroup` gives it access to the volume and the TLS key. With `fsGroupChangePolicy: Always`, Kubernetes makes the signing key writable for the group, and Lading refuses it.",
    default: {
      runAsNonRoot: true,
      runAsUser: 65_532,
      runAsGroup: 65_532,
      fsGroup: 65_532,
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    },
    schema: anyObject,
  },
  securityContext: {
    doc: "Security context of the container.",
    default: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    schema: anyObject,
  },
  podAnnotations: { doc: "Further annotations of the pod.", default: {}, schema: anyObject },
  podLabels: { doc: "Further labels of the pod.", default: {}, schema: anyObject },
  priorityClassName: { doc: "Priority class of the pod.", default: "" },
  nodeSelector: { doc: "Labels of the nodes that may run the pod.", default: {}, schema: anyObject },
  tolerations: { doc: "Taints that the pod tolerates.", default: [], schema: anyList },
  affinity: { doc: "Affinity of the pod.", default: {}, schema: anyObject },
  extraVolumes: { doc: "Further volumes of the pod, such as Secrets.", default: [], schema: anyList },
  extraVolumeMounts: { doc: "Where the container mounts `extraVolumes`.", default: [], schema: anyList },
};
