/** Habits of clients that no clause of the specification covers. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { blobOf } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { RawConnection, type RawRequest, type RawResponse } from "../support/raw.ts";
import { startRepository } from "../support/repository.ts";

setDefaultTimeout(patienceMs);

const name = "team/clients";

const { registry, image } = await startRepository(name);

/** Opens a connection for one request, as docker does. The registry has to close it after its reply. */
async function askOnce({ headers = [], ...request }: RawRequest): Promise<RawResponse> {
  const connection = await RawConnection.open(registry.port);
  await connection.sendRequest({ ...request, headers: [["Connection", "close"], ...headers] });
  const response = await connection.response(request.method);
  expect(await connection.response(request.method)).toBeUndefined();
  return response!;
}

test("CL-04 ten concurrent uploads to one repository succeed, each request on a connection that is closed after it", async () => {
  const push = async (index: number) => {
    const { bytes, digest } = blobOf(`layer ${index}`, 200_000);
    const post = await askOnce({ method: "POST", target: `/v2/${name}/blobs/uploads/` });
    const target = post.headers.get("location")!;
    const patch = await askOnce({ method: "PATCH", target, body: bytes });
    const put = await askOnce({
      method: "PUT",
      target: `${target}?digest=${digest}`,
      headers: [["Content-Length", "0"]],
    });
    const get = await askOnce({ method: "GET", target: `/v2/${name}/blobs/${digest}` });
    expect([post.status, patch.status, put.status, get.status]).toEqual([202, 202, 201, 200]);
    expect(Buffer.compare(get.body, bytes)).toBe(0);
  };
  await Promise.all(Array.from({ length: 10 }, (_, index) => push(index)));
});

test("CL-06 Accept-Encoding, which Go adds by default, changes no reply", async () => {
  const targets = [
    "/v2/",
    "/v2/_catalog",
    `/v2/${name}/tags/list`,
    `/v2/${name}/manifests/latest`,
    `/v2/${name}/blobs/${image.layer.digest}`,
    `/v2/${name}/referrers/${image.manifest.digest}`,
    `/v2/${name}/manifests/nothing`,
  ];
  for (const target of targets) {
    const plain = await askOnce({ method: "GET", target });
    for (const encodings of ["gzip", "zstd;q=1.0, gzip;q=0.8, deflate;q=0.5, br", "identity;q=0, *"]) {
      const { headers, ...rest } = await askOnce({ method: "GET", target, headers: [["Accept-Encoding", encodings]] });
      const without = (all: Headers) => [...all].filter(([header]) => header !== "date");
      expect({ ...rest, headers: without(headers) }).toEqual({ ...plain, headers: without(plain.headers) });
    }
  }
});
