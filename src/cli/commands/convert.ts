import { ClientError } from "../../client/client-error.ts";
import { Connection } from "../../client/connection.ts";
import { RemoteRepository } from "../../client/remote-repository.ts";
import { convertImage, TagTakenError } from "../../convert/convert.ts";
import { UnsignedError } from "../../convert/stored-schema1.ts";
import { ConversionError } from "../../docker/schema1/conversion-error.ts";
import { commands } from "../commands.ts";
import { foundLines, layerLines, resultLines } from "../convert/lines.ts";
import { readConvertParameters, type ConvertParameters } from "../convert/parameters.ts";
import { fail, print } from "../output.ts";
import { UsageError } from "../usage.ts";

/** Runs `lading convert` and resolves to its exit code. */
export async function convertCommand(parameters: readonly string[]): Promise<number> {
  try {
    await convert(await readConvertParameters(parameters));
    return 0;
  } catch (error) {
    if (error instanceof UsageError) return fail(`${error.message}; usage: lading ${commands.convert.usage}`, 2);
    if (error instanceof ClientError || error instanceof ConversionError) {
      return fail(`${error.message}${adviceFor(error)}`, 1);
    }
    throw error;
  }
}

async function convert({ image, to, toGiven, plainHttp, ca, unsigned, dryRun }: ConvertParameters): Promise<void> {
  const connection = new Connection({ host: image.host, plainHttp, ...(ca !== undefined && { ca }) });
  const repository = new RemoteRepository(connection, image.repository);
  const conversion = await convertImage(repository, {
    tag: image.tag,
    to,
    replace: toGiven,
    unsigned,
    dryRun,
    onManifest: (stored, layers) => print(...foundLines(image, stored, layers)),
    onLayer: (layer) => print(...layerLines(layer, dryRun)),
  });
  print(...resultLines({ ...image, tag: to }, conversion, dryRun));
}

function adviceFor(error: ClientError | ConversionError): string {
  if (error instanceof TagTakenError) return "; choose another tag with --to";
  if (error instanceof UnsignedError) return "; --unsigned accepts it";
  if (error instanceof ConversionError) return "";
  if (error.failure === "no-tls") return "; --plain-http uses HTTP without TLS";
  return error.failure === "untrusted" ? "; --ca sets the certificate authority" : "";
}
