import { about, declined, type Section } from "../clause.ts";

const noAdministration = "Lading has no users, projects or administration yet";
const noTokens = "Lading has no login and no tokens yet";
const noProxy = "Lading is not a proxy of other registries yet";

/** Vulnerabilities of other software. The source of a clause is the affected software. */
export const advisories: Section = {
  title: "Security advisories of other software",
  clauses: [
    ...about("docker", ["manifest-put-tag", "manifest-put-digest", "legacy-manifest-put"], {
      "CVE-2014-8179 own": "The registry trusted content that the signature did not cover.",
    }),
    ...about("docker", ["upload-finish", "upload-monolithic", "manifest-put-digest"], {
      "CVE-2014-8178 own": "Ids that a client chose were the keys of a cache.",
    }),
    ...declined(noProxy, "docker", [], {
      "CVE-2014-5277 own": "A client continued without TLS when TLS failed.",
    }),
    ...about("distribution", ["manifest-put-tag", "manifest-put-digest"], {
      "CVE-2017-11468 own": "The registry read a manifest of any size into memory.",
    }),
    ...about("docker", ["upload-finish", "manifest-put-tag"], {
      "CVE-2017-14992 own": "A small layer that unpacks to a huge one used up all memory.",
    }),
    ...declined(noAdministration, "Harbor", [], {
      "CVE-2019-16097 own": "Anyone who registered could make themselves an administrator.",
      "CVE-2020-13788 own": "The test of a webhook reached hosts in the internal network.",
      "CVE-2022-31667 own": "A user of one project could change robot accounts of another project.",
      "CVE-2022-31669 own": "A user of one project could change immutable tags of another project.",
      "CVE-2022-31670 own": "A user of one project could change retention rules of another project.",
      "CVE-2022-31671 own": "A user of one project could read job logs of another project.",
      "CVE-2026-4404 own": "The registry had a well-known default password.",
    }),
    ...about("Harbor", ["catalog"], {
      "CVE-2020-29662 own": "Clients could read the catalogue without credentials.",
    }),
    ...about("containers/image", ["manifest-put-tag", "referrer-list"], {
      "CVE-2020-1702 own": "A manifest of any size used up the memory of a client.",
    }),
    ...about("containerd", [], {
      "CVE-2020-15157 own": "A client sent a token to a host that a manifest named.",
    }),
    ...about("image-spec, distribution-spec", ["manifest-put-tag", "manifest-put-digest"], {
      "CVE-2021-41190 own": "Some programs read a document as an image, others read the same document as an index.",
    }),
    ...about("distribution", ["catalog", "tag-list", "referrer-list"], {
      "CVE-2023-2253 own": "A huge `n` used up all memory.",
    }),
    ...about("notation, cosign", ["referrer-list"], {
      "CVE-2023-33959 own": "An endless list of signatures blocked the client that verified them.",
      "CVE-2023-46737 own": "An endless list of attestations blocked the client that verified them.",
    }),
    ...about("Harbor", ["tag-list", "referrer-list", "manifest-put-tag"], {
      "CVE-2024-22261 own": "The registry used a query parameter as SQL.",
    }),
    ...about("zot", ["upload-mount"], {
      "CVE-2024-39897 own": "A mount gave any client access to any blob.",
    }),
    ...declined(noTokens, "zot", [], {
      "CVE-2025-23208 own": "A user who was removed from a group kept the rights of the group.",
    }),
    ...declined(noTokens, "distribution", [], {
      "CVE-2025-24976 own": "The registry verified a token with the key that the token contained.",
    }),
    ...about("zot", [], {
      "CVE-2025-48374 own": "The log contained secrets.",
    }),
    ...declined("Lading has no separate rights to create and to move a tag yet", "zot", [], {
      "CVE-2026-31801 own": "A user with the right to create tags could also move them.",
    }),
    ...about("quay", ["upload-status", "upload-append", "upload-finish", "upload-cancel"], {
      "CVE-2026-32589 own": "Other tenants could use the upload session of a tenant.",
    }),
    ...about("quay", ["upload-status", "upload-append", "upload-finish"], {
      "CVE-2026-32590 own": "The state of an upload session was a serialized object that the server deserialized.",
    }),
    ...declined(noProxy, "quay", [], {
      "CVE-2026-32591 own": "Redirects of an upstream registry reached hosts in the internal network.",
      "CVE-2026-2376 own":
        "Redirects of an upstream registry reached hosts in the internal network, in another part of the code.",
      "CVE-2026-2377 own":
        "Redirects of an upstream registry reached hosts in the internal network, in a third part of the code.",
    }),
    ...declined(noProxy, "distribution", [], {
      "CVE-2026-33540 own":
        "The registry sent credentials for an upstream registry to a host that the upstream registry named.",
    }),
    ...about("distribution", ["blob-delete", "blob-get"], {
      "CVE-2026-35172 own": "A cache restored a deleted blob.",
    }),
    ...about("distribution", ["tag-delete", "manifest-delete", "blob-delete"], {
      "CVE-2026-41888 own": "A client could delete a tag although deletion was disabled.",
    }),
    ...declined("Lading has no immutable tags yet", "quay", [], {
      "PROJQUAY-10504 own": "A deletion by digest removed an immutable tag.",
    }),
    ...declined(noProxy, "nora", [], {
      "GHSA-4j4m-fchf-gr9r own": "The registry used a token for one upstream repository for another repository.",
    }),
    ...declined(noProxy, "artifact-keeper", [], {
      "artifact-keeper#3606 own": "The registry used a token for one upstream repository for another repository.",
    }),
    ...about("go-containerregistry", ["upload-start", "tag-list"], {
      "ggcr#2193 own": "Clients refuse a `Location` or a realm on a host that is not the registry's.",
      "ggcr#2258 own": "Clients refuse a `Location` or a realm on a private address.",
    }),
  ],
};
