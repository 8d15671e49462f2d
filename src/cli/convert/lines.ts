/** The output of `lading convert`. */
import { imageNameText, type ImageName } from "../../client/image-name.ts";
import type { Conversion, MeasuredLayer } from "../../convert/convert.ts";
import type { StoredSchema1 } from "../../convert/stored-schema1.ts";

/** Returns the lines about the schema 1 image. */
export function foundLines(image: ImageName, { digest, keyIds, oddities }: StoredSchema1, layers: number): string[] {
  return [
    `${imageNameText(image)} is a schema 1 image`,
    `  digest  ${digest}`,
    ...(keyIds.length > 0 ? keyIds.map((keyId) => `  signed by the key  ${keyId}`) : ["  not signed"]),
    ...oddities.map((oddity) => `  note: ${oddity}`),
    `  layers  ${layers}`,
  ];
}

/** Returns the lines about one layer. */
export function layerLines({ blobSum, digest, size, diffId, missing }: MeasuredLayer, dryRun: boolean): string[] {
  const name = blobSum === digest ? digest : `${blobSum}, which is ${digest}`;
  const push = missing ? (dryRun ? ", would be pushed under this digest" : ", is pushed under this digest") : "";
  return [`    ${name}${push}`, `      ${size} bytes, diff id ${diffId}`];
}

/** Returns the lines about the result. */
export function resultLines(
  image: ImageName,
  { digest, replaced, unchanged, lost }: Conversion,
  dryRun: boolean,
): string[] {
  const name = imageNameText(image);
  const made = unchanged ? `${name} is already the OCI image` : `${name} ${dryRun ? "would be" : "is"} the OCI image`;
  return [
    made,
    `  digest  ${digest}`,
    ...(replaced === undefined ? [] : [`  ${dryRun ? "would replace" : "replaced"}  ${replaced}`]),
    "  not in the OCI image, because OCI does not have these fields:",
    ...together(lost).map((places) => `    ${places}`),
    ...(dryRun ? ["nothing was pushed (--dry-run)"] : []),
  ];
}

/** Joins the lost fields of several layers into one line: `history[0, 1, 2].id`. */
function together(places: readonly string[]): string[] {
  const index = /\[(\d+)\]/;
  const groups = Map.groupBy(places, (place) => place.replace(index, "[]"));
  return [...groups.values()].map((group) => {
    const indices = group.map((place) => index.exec(place)?.[1]).join(", ");
    return group[0]!.replace(index, `[${indices}]`);
  });
}
