import { expect, test } from "bun:test";
import { settings } from "../../config/settings.ts";
import { readyUrl } from "./health.ts";

const { parse } = settings.listen;

test.each([
  ["127.0.0.1:5000", "http://127.0.0.1:5000/readyz"],
  ["0.0.0.0:5000", "http://127.0.0.1:5000/readyz"],
  [":5000", "http://127.0.0.1:5000/readyz"],
  ["[::]:80", "http://[::1]:80/readyz"],
  ["[fd00::1]:80", "http://[fd00::1]:80/readyz"],
  ["localhost:5000", "http://127.0.0.1:5000/readyz"],
])("for a registry that listens on %s, the health check requests %s", (listen, url) => {
  expect(readyUrl({ listen: parse(listen)!, tlsCert: undefined })).toBe(url);
});

test("for a registry with a certificate, the health check uses TLS", () => {
  expect(readyUrl({ listen: parse("127.0.0.1:443")!, tlsCert: "tls.crt" })).toBe("https://127.0.0.1:443/readyz");
});
