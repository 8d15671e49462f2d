/** What `lading convert` prints. */
import { imageNameText, type ImageName } from "../../client/image-name.ts";
import type { Conversion, MeasuredLayer } from "../../convert/convert.ts";
import type { StoredSchema1 } from "../../convert/stored-schema1.ts";

export function foundLines(image: ImageName, { digest, keyIds, oddities }: StoredSchema1, layers: number): string[] {
  return [
    `${imageNameText(image)} is of schema 1`,
    `  digest  ${digest}`,
    ...(keyIds.length > 0 ? keyIds.map((keyId) => `  signed by the key  ${keyId}`) : ["  not signed"]),
    ...oddities.map((oddity) => `  note: ${oddity}`),
    `  layers  ${layers}`,
  ];
}

export function layerLines({ blobSum, digest, size, diffId, missing }: MeasuredLayer, dryRun: boolean): string[] {
  const named = blobSum === digest ? digest : `${blobSum}, which is ${digest}`;
  const push = missing ? (dryRun ? ", would be pushed by that name" : ", has to be pushed by that name") : "";
  return [`    ${named}${push}`, `      ${size} bytes, diff id ${diffId}`];
}

export function resultLines(
  image: ImageName,
  { digest, replaced, unchanged, lost }: Conversion,
  dryRun: boolean,
): string[] {
  const name = imageNameText(image);
  const made = unchanged
    ? `${name} is that image already`
    : `${name} ${dryRun ? "would be" : "is"} the OCI image of it`;
  return [
    made,
    `  digest  ${digest}`,
    ...(replaced === undefined ? [] : [`  ${dryRun ? "in place of" : "replaced"}  ${replaced}`]),
    "  lost, because OCI has no place for it:",
    ...together(lost).map((places) => `    ${places}`),
    ...(dryRun ? ["nothing was pushed (--dry-run)"] : []),
  ];
}

/** What is lost of many layers in one line: `history[0, 1, 2].id`. */
function together(places: readonly string[]): string[] {
  const index = /\[(\d+)\]/;
  const groups = Map.groupBy(places, (place) => place.replace(index, "[]"));
  return [...groups.values()].map((group) => {
    const indices = group.map((place) => index.exec(place)?.[1]).join(", ");
    return group[0]!.replace(index, `[${indices}]`);
  });
}
