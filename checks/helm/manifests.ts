// The manifests of a rendered chart.

export interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly [field: string]: unknown;
}

export interface Probe {
  readonly httpGet: { readonly path: string; readonly scheme?: string };
}

export interface Container {
  readonly args: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly image: string;
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly securityContext: SecurityContext;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

export interface SecurityContext {
  readonly allowPrivilegeEscalation?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly seccompProfile?: { readonly type: string };
}

export interface Volume {
  readonly name: string;
  readonly configMap?: { readonly name: string };
  readonly secret?: { readonly secretName: string; readonly defaultMode: number };
  readonly persistentVolumeClaim?: { readonly claimName: string };
  readonly emptyDir?: object;
}

export interface PodSpec {
  readonly automountServiceAccountToken: boolean;
  readonly containers: readonly [Container];
  readonly securityContext: SecurityContext;
  readonly terminationGracePeriodSeconds: number;
  readonly volumes: readonly Volume[];
}

export class Manifests {
  readonly all: readonly Manifest[];

  constructor(yaml: string) {
    const documents = Bun.YAML.parse(yaml);
    const list = Array.isArray(documents) ? (documents as (Manifest | null)[]) : [documents as Manifest];
    this.all = list.filter((manifest) => manifest !== null);
  }

  get kinds(): readonly string[] {
    return this.all.map(({ kind }) => kind).toSorted();
  }

  /** The only manifest of a kind. Throws if there is none, or another one. */
  only(kind: string): Manifest {
    const found = this.all.filter((manifest) => manifest.kind === kind);
    if (found.length !== 1) throw new Error(`${found.length} manifests are a ${kind}`);
    return found[0]!;
  }

  get pod(): PodSpec {
    const { template } = this.only("StatefulSet")["spec"] as { template: { spec: PodSpec } };
    return template.spec;
  }

  /** The files of the ConfigMap. */
  get files(): Readonly<Record<string, string>> {
    return this.only("ConfigMap")["data"] as Record<string, string>;
  }
}
