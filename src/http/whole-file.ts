/**
 * The content of a file, to be sent with 200 although the request has a Range. Bun would follow the Range by itself, and look
 * at the first of several Range lines only. It does not where the body is a slice that ends behind the end of a file of which it
 * does not know the size yet; what goes out is the whole file, with its length (docs/decisions/0018).
 */
export function wholeFile<C extends Uint8Array<ArrayBuffer> | Blob>(content: C, size: number): C | Blob {
  return isFile(content) ? Bun.file(content.name).slice(0, size + 1) : content;
}

function isFile(content: object): content is { readonly name: string } {
  return "name" in content && typeof content.name === "string";
}
