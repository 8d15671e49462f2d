/**
 * Returns the content of a file in a form that is sent with 200 although the request has a Range header. Bun would
 * otherwise apply the range itself, and read only the first of several Range headers. It does not if the body is a
 * slice that ends after the end of a file whose size it does not know yet. The response is the whole file, with its
 * length (docs/decisions/0018).
 */
export function wholeFile<C extends Uint8Array<ArrayBuffer> | Blob>(content: C, size: number): C | Blob {
  return isFile(content) ? Bun.file(content.name).slice(0, size + 1) : content;
}

function isFile(content: object): content is { readonly name: string } {
  return "name" in content && typeof content.name === "string";
}
