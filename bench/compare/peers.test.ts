import { expect, test } from "bun:test";
import { expectedPeers, fill, parsePeer, versionIn } from "./peers.ts";

const unread = () => {
  throw new Error("nothing has to be read");
};

test("a known peer needs only its name, and keeps its template with another binary", () => {
  expect(parsePeer("name=distribution-3", unread)).toEqual(expectedPeers[1]!);
  const zot = parsePeer("name=zot,binary=/opt/zot", unread);
  expect(zot).toMatchObject({ binary: "/opt/zot", parameters: ["serve", "{config}"] });
  expect(JSON.parse(fill(zot.template!, { port: "5001", data: "/d" }))).toMatchObject({
    http: { address: "127.0.0.1", port: "5001" },
    storage: { rootDirectory: "/d" },
  });
});

test("an unknown peer needs its binary, and may have a template and arguments", () => {
  const peer = parsePeer(
    "name=mine,binary=/opt/mine,config=mine.yml,arguments=run --config={config}",
    (path) => `# ${path}`,
  );
  expect(peer).toEqual({
    name: "mine",
    binary: "/opt/mine",
    template: "# mine.yml",
    parameters: ["run", "--config={config}"],
  });
});

test.each([
  ["binary=/opt/mine", "no name"],
  ["name=mine", "no binary"],
  ["name=mine,binray=/opt/mine", 'no field "binray"'],
])("%s is refused", (text, message) => {
  expect(() => parsePeer(text, unread)).toThrow(message);
});

test("every expected peer listens on loopback, and stores its data in the given folder", () => {
  for (const { template } of expectedPeers) {
    const text = fill(template!, { port: "5002", data: "/somewhere" });
    expect(text).toContain("127.0.0.1:5002");
    expect(text).toContain("/somewhere");
  }
});

test("an unknown placeholder is an error", () => {
  expect(() => fill("{port} {colour}", { port: "1" })).toThrow("{colour}; there are port");
});

test.each([
  ["docker-registry github.com/docker/distribution 2.8.2+ds1", "2.8.2+ds1"],
  ["registry github.com/distribution/distribution/v3 v3.1.2+unknown", "3.1.2+unknown"],
  ["no number", "unknown"],
])("the version in %s is found", (printed, version) => {
  expect(versionIn(printed)).toBe(version);
});
