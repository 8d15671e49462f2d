// Every client, in the order in which they come up.
import type { ClientKind } from "./clients/client.ts";
import { buildah } from "./clients/buildah.ts";
import { buildkit } from "./clients/buildkit.ts";
import { cosign } from "./clients/cosign.ts";
import { crane } from "./clients/crane.ts";
import { ctr } from "./clients/ctr.ts";
import { docker } from "./clients/docker.ts";
import { helm } from "./clients/helm.ts";
import { notation } from "./clients/notation.ts";
import { oras } from "./clients/oras.ts";
import { podman } from "./clients/podman.ts";
import { regctl } from "./clients/regctl.ts";
import { skopeo } from "./clients/skopeo.ts";

export const KINDS: readonly ClientKind[] = [
  docker,
  podman,
  buildah,
  buildkit,
  skopeo,
  ctr,
  crane,
  regctl,
  oras,
  helm,
  cosign,
  notation,
];

export const KIND_NAMES: readonly string[] = KINDS.map((kind) => kind.name);
