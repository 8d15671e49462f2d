// node refused-put.mjs BYTES URL: sends this number of zeros as the body of a PUT, and prints the status of the reply.
import { request } from "node:http";

const [bytes, url] = process.argv.slice(2);
const piece = Buffer.alloc(64 * 1024);
let left = Number(bytes);

const put = request(url, { method: "PUT", headers: { "content-length": bytes } });
put.on("response", ({ statusCode }) => process.stdout.write(String(statusCode), () => process.exit(0)));
put.on("error", (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});

function send() {
  while (left > 0) {
    const next = piece.subarray(0, Math.min(left, piece.length));
    left -= next.length;
    if (!put.write(next)) {
      put.once("drain", send);
      return;
    }
  }
  put.end();
}
send();
