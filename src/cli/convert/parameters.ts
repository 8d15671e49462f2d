import { faultOf, readRegularFile } from "../../base/fs/regular-file.ts";
import { baseLimits } from "../../base/limits.ts";
import { shownName, shownText } from "../../base/shown-text.ts";
import { parseImageName, type ImageName } from "../../client/image-name.ts";
import { parseTag, type Tag } from "../../oci/reference.ts";
import { parseFlags, UsageError } from "../usage.ts";

/** The parameters of `lading convert`. */
export interface ConvertParameters {
  readonly image: ImageName;
  readonly to: Tag;
  /** Whether the user has chosen the tag with `--to`. */
  readonly toGiven: boolean;
  readonly plainHttp: boolean;
  readonly ca?: string;
  readonly unsigned: boolean;
  readonly dryRun: boolean;
}

/** Reads the parameters of `lading convert`. Throws a UsageError if they are wrong. */
export async function readConvertParameters(parameters: readonly string[]): Promise<ConvertParameters> {
  const { values, positionals } = parse(parameters);
  const [text, ...more] = positionals;
  if (text === undefined || more.length > 0) throw new UsageError("name one image");
  const image = parseImageName(text);
  if (!image) throw new UsageError(`${shownText(text)} is not HOST[:PORT]/NAME:TAG`);
  if (values["plain-http"] && values.ca !== undefined)
    throw new UsageError("--plain-http and --ca cannot be used together");
  return {
    image,
    to: targetTag(image.tag, values.to),
    toGiven: values.to !== undefined,
    plainHttp: values["plain-http"],
    unsigned: values.unsigned,
    dryRun: values["dry-run"],
    ...(values.ca !== undefined && { ca: await readCertificates(values.ca) }),
  };
}

function targetTag(tag: Tag, given: string | undefined): Tag {
  const text = given ?? `${tag}-oci`;
  const parsed = parseTag(text);
  if (!parsed) throw new UsageError(`${given === undefined ? "" : "--to "}${shownText(text)} is not a tag`);
  return parsed;
}

function parse(parameters: readonly string[]) {
  const flag = { type: "boolean", default: false } as const;
  return parseFlags(parameters, {
    to: { type: "string" },
    ca: { type: "string" },
    "plain-http": flag,
    unsigned: flag,
    "dry-run": flag,
  });
}

async function readCertificates(path: string): Promise<string> {
  const { bytes } = await readRegularFile(path, baseLimits.certificateFileBytes).catch((error: unknown) => {
    throw new UsageError(`--ca ${shownName(path)} ${faultOf(error)}`);
  });
  const text = new TextDecoder().decode(bytes);
  if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
  throw new UsageError(`--ca ${path} has no certificate in PEM format`);
}
