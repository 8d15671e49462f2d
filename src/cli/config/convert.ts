import { convertedDocument } from "../../config/documents/converted.ts";
import { SettingError } from "../../config/load.ts";
import { readForeignConfiguration } from "../../config/file/reader.ts";
import { fail, failSettings } from "../output.ts";

/** Runs `lading config convert`, and returns the exit code. */
export function convertConfiguration([file, ...more]: readonly string[]): number {
  if (file === undefined || file.startsWith("-") || more.length > 0) {
    return fail("name one file of registry:2; usage: lading config convert FILE", 2);
  }
  try {
    process.stdout.write(convertedDocument(file, readForeignConfiguration(file, process.env)));
    return 0;
  } catch (error) {
    if (error instanceof SettingError) return failSettings(error);
    throw error;
  }
}
