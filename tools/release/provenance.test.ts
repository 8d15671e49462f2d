import { expect, test } from "bun:test";
import pins from "../runtime-pins.json" with { type: "json" };
import { provenanceOf } from "./provenance.ts";

const commit = "0123456789abcdef0123456789abcdef01234567";
const subjects = [{ name: "lading-linux-x64", sha256: "ab" }];
const record = {
  version: "1.2.3",
  commit,
  onlyThisMachine: false,
  startedOn: new Date(0),
  finishedOn: new Date(1000),
  environment: {},
};

test("the statement names the artifacts, the commit and the runtimes with their checksums", () => {
  const statement = provenanceOf(subjects, record);
  expect(statement).toMatchObject({
    _type: "https://in-toto.io/Statement/v1",
    predicateType: "https://slsa.dev/provenance/v1",
    subject: [{ name: "lading-linux-x64", digest: { sha256: "ab" } }],
    predicate: {
      buildDefinition: { externalParameters: { version: "1.2.3", onlyThisMachine: false } },
      runDetails: {
        builder: { id: "urn:lading:builder:local" },
        metadata: { startedOn: "1970-01-01T00:00:00.000Z", finishedOn: "1970-01-01T00:00:01.000Z" },
      },
    },
  });
  const text = JSON.stringify(statement);
  expect(text).toContain(`{"name":"source","digest":{"gitCommit":"${commit}"}}`);
  expect(text.match(/pkg:npm\/%40oven\/bun-/g)).toHaveLength(Object.keys(pins.packages).length);
  expect(text.match(/"sha512":"[0-9a-f]{128}"/g)).toHaveLength(Object.keys(pins.packages).length);
});

test("on GitHub, the builder is the workflow, and the source has an address", () => {
  const environment = {
    GITHUB_SERVER_URL: "https://git.example",
    GITHUB_REPOSITORY: "team/lading",
    GITHUB_WORKFLOW_REF: "team/lading/.github/workflows/release.yml@refs/heads/main",
  };
  const text = JSON.stringify(provenanceOf(subjects, { ...record, environment }));
  expect(text).toContain(`"uri":"git+https://git.example/team/lading@${commit}"`);
  expect(text).toContain('"id":"https://git.example/team/lading/.github/workflows/release.yml@refs/heads/main"');
});
