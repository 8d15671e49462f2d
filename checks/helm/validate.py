"""Validates manifests with the schemas of one version of Kubernetes, strictly: validate.py VERSION FILE...

It prints each mistake with its file, also fields that do not exist. A ServiceMonitor is no kind of Kubernetes, so the
models of the Prometheus Operator validate it.
"""

import sys

import kubernetes_validate
import yaml
from cloudcoil.models.prometheus_operator.v1 import ServiceMonitor
from pydantic import ValidationError


def mistake_in(manifest, version):
    """Returns what is wrong with a manifest, or None."""
    try:
        if manifest["kind"] == "ServiceMonitor":
            ServiceMonitor.model_validate(manifest, extra="forbid")
        else:
            kubernetes_validate.validate(manifest, version, strict=True)
    except kubernetes_validate.ValidationError as error:
        # The text of the error has the whole schema.
        return f"{error.json_path}: {error.message}"
    except (ValidationError, kubernetes_validate.SchemaNotFoundError) as error:
        return str(error)
    return None


def mistakes_in(path, version):
    """Returns the mistakes of a file, as `kind: mistake`."""
    with open(path, encoding="utf-8") as file:
        manifests = [manifest for manifest in yaml.safe_load_all(file) if manifest is not None]
    found = [(manifest["kind"], mistake_in(manifest, version)) for manifest in manifests]
    return [f"{kind}: {mistake}" for kind, mistake in found if mistake is not None] if found else ["no manifests"]


def main(version, *paths):
    found = [f"{path}: {mistake}" for path in paths for mistake in mistakes_in(path, version)]
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
