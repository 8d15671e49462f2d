import type { PodSpec, Volume } from "./manifests.ts";

const volumeKinds: readonly (keyof Volume)[] = ["configMap", "secret", "persistentVolumeClaim", "emptyDir"];

/**
 * Returns the rules of the Pod Security Standard "restricted" that a pod breaks. It also names a root filesystem that can
 * be written, and a token of the service account.
 */
export function brokenRules({ containers: [container], securityContext, ...pod }: PodSpec): string[] {
  const { allowPrivilegeEscalation, readOnlyRootFilesystem, capabilities } = container.securityContext;
  const rules = {
    "runAsNonRoot is true": securityContext.runAsNonRoot === true && securityContext.runAsUser !== 0,
    "the seccomp profile is RuntimeDefault": securityContext.seccompProfile?.type === "RuntimeDefault",
    "allowPrivilegeEscalation is false": allowPrivilegeEscalation === false,
    "all capabilities are dropped": capabilities?.add === undefined && capabilities?.drop?.join() === "ALL",
    "the root filesystem is read-only": readOnlyRootFilesystem === true,
    "there is no token of the service account": !pod.automountServiceAccountToken,
    "no part of the host is shared": !Object.keys(pod).some((key) => key.startsWith("host")),
    "the volumes have allowed kinds": pod.volumes.every((volume) => volumeKinds.some((kind) => kind in volume)),
  };
  return Object.entries(rules).flatMap(([rule, isMet]) => (isMet ? [] : [rule]));
}
