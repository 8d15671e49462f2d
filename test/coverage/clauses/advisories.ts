import { about, declined, type Section } from "../clause.ts";

const noAdministration = "there are no users, projects or administration yet";
const noTokens = "there is no login and no token yet";
const noProxy = "there is no proxy of other registries yet";

/** What went wrong elsewhere; the source is the software that it is known from. */
export const advisories: Section = {
  title: "Advisories",
  clauses: [
    ...about("docker", ["manifest-put-tag", "manifest-put-digest", "legacy-manifest-put"], {
      "CVE-2014-8179 own": "What a signature does not cover was believed.",
    }),
    ...about("docker", ["upload-finish", "upload-monolithic", "manifest-put-digest"], {
      "CVE-2014-8178 own": "Ids that a client chose named content in a cache.",
    }),
    ...declined(noProxy, "docker", [], {
      "CVE-2014-5277 own": "A client went on without TLS where TLS failed.",
    }),
    ...about("distribution", ["manifest-put-tag", "manifest-put-digest"], {
      "CVE-2017-11468 own": "A manifest of any size was read into memory.",
    }),
    ...about("docker", ["upload-finish", "manifest-put-tag"], {
      "CVE-2017-14992 own": "A small layer that unpacks to a huge one took all memory.",
    }),
    ...declined(noAdministration, "Harbor", [], {
      "CVE-2019-16097 own": "Whoever registered could make himself an administrator.",
      "CVE-2020-13788 own": "A test of a web hook reached hosts inside of the network.",
      "CVE-2022-31667 own": "Robot accounts of one project could be changed from another.",
      "CVE-2022-31669 own": "Immutable tags of one project could be changed from another.",
      "CVE-2022-31670 own": "Retention rules of one project could be changed from another.",
      "CVE-2022-31671 own": "Logs of jobs of one project could be read from another.",
      "CVE-2026-4404 own": "A password that everybody knows was in place from the start.",
    }),
    ...about("Harbor", ["catalog"], {
      "CVE-2020-29662 own": "The catalogue was read without credentials.",
    }),
    ...about("containers/image", ["manifest-put-tag", "referrer-list"], {
      "CVE-2020-1702 own": "Manifests of any size took a client's memory.",
    }),
    ...about("containerd", [], {
      "CVE-2020-15157 own": "A token went to a host that a manifest named.",
    }),
    ...about("image-spec, distribution-spec", ["manifest-put-tag", "manifest-put-digest"], {
      "CVE-2021-41190 own": "One document was an image to some and an index to others.",
    }),
    ...about("distribution", ["catalog", "tag-list", "referrer-list"], {
      "CVE-2023-2253 own": "A huge `n` took all memory.",
    }),
    ...about("notation, cosign", ["referrer-list"], {
      "CVE-2023-33959 own": "A list of signatures without an end held up whoever verified.",
      "CVE-2023-46737 own": "So did a list of attestations.",
    }),
    ...about("Harbor", ["tag-list", "referrer-list", "manifest-put-tag"], {
      "CVE-2024-22261 own": "A parameter of a query became SQL.",
    }),
    ...about("zot", ["upload-mount"], {
      "CVE-2024-39897 own": "A mount gave any blob to anybody.",
    }),
    ...declined(noTokens, "zot", [], {
      "CVE-2025-23208 own": "Who was taken out of a group kept its rights.",
    }),
    ...declined(noTokens, "distribution", [], {
      "CVE-2025-24976 own": "A token was verified with the key that it brought along.",
    }),
    ...about("zot", [], {
      "CVE-2025-48374 own": "Secrets stood in the log.",
    }),
    ...declined("rights do not tell making a tag from moving it yet", "zot", [], {
      "CVE-2026-31801 own": "Who might only make tags could move them.",
    }),
    ...about("quay", ["upload-status", "upload-append", "upload-finish", "upload-cancel"], {
      "CVE-2026-32589 own": "A session of one tenant was open to others.",
    }),
    ...about("quay", ["upload-status", "upload-append", "upload-finish"], {
      "CVE-2026-32590 own": "The state of a session was an object that the server unpacked.",
    }),
    ...declined(noProxy, "quay", [], {
      "CVE-2026-32591 own": "Redirects of an upstream reached hosts inside of the network.",
      "CVE-2026-2376 own": "The same, on another way.",
      "CVE-2026-2377 own": "The same, on a third.",
    }),
    ...declined(noProxy, "distribution", [], {
      "CVE-2026-33540 own": "Credentials for an upstream went to whom the upstream named.",
    }),
    ...about("distribution", ["blob-delete", "blob-get"], {
      "CVE-2026-35172 own": "A cache brought a deleted blob back.",
    }),
    ...about("distribution", ["tag-delete", "manifest-delete", "blob-delete"], {
      "CVE-2026-41888 own": "A tag was deleted although nothing may be.",
    }),
    ...declined("tags cannot be made immutable yet", "quay", [], {
      "PROJQUAY-10504 own": "Deleting by digest took a tag that may not change.",
    }),
    ...declined(noProxy, "nora", [], {
      "GHSA-4j4m-fchf-gr9r own": "A token for one repository of an upstream was used for another.",
    }),
    ...declined(noProxy, "artifact-keeper", [], {
      "artifact-keeper#3606 own": "The same.",
    }),
    ...about("go-containerregistry", ["upload-start", "tag-list"], {
      "ggcr#2193 own": "Clients refuse a Location or a realm on a host that is not the registry's.",
      "ggcr#2258 own": "They refuse one on a private address.",
    }),
  ],
};
