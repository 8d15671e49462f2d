/** Checks JSON values against the schemas of the API. */
import { memoize } from "../base/cache/memoize.ts";
import { isJsonObject, type JsonObject } from "../oci/json.ts";
import { foldKey, lookAlikeReason } from "../oci/look-alikes.ts";
import type { Schema } from "./schema.ts";

/** A place where a value does not match its schema. */
export interface Mismatch {
  /** The place in the document as a JSON pointer (RFC 6901). The pointer of the whole document is empty. */
  readonly pointer: string;
  /** What the schema expects there, as text that follows "expected". */
  readonly expected: string;
}

/**
 * Returns the first place where a value does not match a schema, or undefined if it matches. A key that is not in the
 * schema, and that some readers take for a key of the schema, is a mismatch too (`look-alikes.ts`).
 */
export function mismatchOf(schema: Schema, value: unknown): Mismatch | undefined {
  if (!isOfType(schema, value) || !fits(schema, value)) return { pointer: "", expected: expectedBy(schema) };
  if (Array.isArray(value)) return mismatchInList(schema, value);
  return isJsonObject(value) ? mismatchInObject(schema, value) : undefined;
}

function isOfType({ type }: Schema, value: unknown): boolean {
  return type === undefined || [type].flat().some((one) => one === typeOf(value));
}

/** The JSON Schema type of a value. A number that JavaScript may have rounded is no integer. */
function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return Number.isSafeInteger(value) ? "integer" : typeof value;
}

function fits(schema: Schema, value: unknown): boolean {
  if (schema.const !== undefined && value !== schema.const) return false;
  if (schema.enum && !schema.enum.some((one) => one === value)) return false;
  if (typeof value === "string") return fitsText(schema, value);
  if (typeof value === "number") return isWithin(value, schema.minimum, schema.maximum);
  return Array.isArray(value) ? isWithin(value.length, schema.minItems, schema.maxItems) : true;
}

function fitsText(schema: Schema, text: string): boolean {
  const { maxLength = Infinity, pattern } = schema;
  // JSON Schema counts characters, which have one or two units in JavaScript.
  if (text.length > maxLength && Array.from(text).length > maxLength) return false;
  return pattern === undefined || regularExpressionOf(schema).test(text);
}

const regularExpressionOf = memoize(({ pattern }: Schema) => new RegExp(pattern!, "u"));

function isWithin(amount: number, least = -Infinity, most = Infinity): boolean {
  return amount >= least && amount <= most;
}

function mismatchInList({ items }: Schema, list: readonly unknown[]): Mismatch | undefined {
  if (!items) return undefined;
  for (const [index, item] of list.entries()) {
    const mismatch = mismatchOf(items, item);
    if (mismatch) return within(String(index), mismatch);
  }
  return undefined;
}

function mismatchInObject(schema: Schema, object: JsonObject): Mismatch | undefined {
  const missing = schema.required?.find((name) => !Object.hasOwn(object, name));
  if (missing !== undefined) return { pointer: "", expected: `a field "${missing}"` };
  for (const [key, value] of Object.entries(object)) {
    const mismatch = mismatchInField(schema, key, value);
    if (mismatch) return within(key, mismatch);
  }
  return undefined;
}

function mismatchInField(schema: Schema, key: string, value: unknown): Mismatch | undefined {
  const { properties = {}, additionalProperties } = schema;
  if (Object.hasOwn(properties, key)) return mismatchOf(properties[key]!, value);
  const field = fieldsByFoldedName(schema).get(foldKey(key));
  if (field !== undefined) return { pointer: "", expected: `another key: this one ${lookAlikeReason({ field })}` };
  if (additionalProperties === false) return { pointer: "", expected: "no such field" };
  return additionalProperties && mismatchOf(additionalProperties, value);
}

const fieldsByFoldedName = memoize(
  ({ properties = {} }: Schema) => new Map(Object.keys(properties).map((name) => [foldKey(name), name])),
);

function within(key: string, { pointer, expected }: Mismatch): Mismatch {
  return { pointer: `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}${pointer}`, expected };
}

/** Describes the values that match a schema, without the fields and the items of these values. */
function expectedBy(schema: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return `one of ${schema.enum.map((one) => JSON.stringify(one)).join(", ")}`;
  const types = [schema.type ?? []].flat().map((type) => typeNames[type]);
  const rules = rulesOf(schema);
  return types.join(" or ") + (rules.length > 0 ? ` (${rules.join(", ")})` : "");
}

const typeNames = {
  object: "an object",
  array: "a list",
  string: "a string",
  integer: "an integer",
  boolean: "true or false",
  null: "null",
} as const;

function rulesOf({ minItems, maxItems, maxLength, pattern, minimum, maximum }: Schema): string[] {
  return [
    ...(minItems === undefined ? [] : [`length at least ${minItems}`]),
    ...(maxItems === undefined ? [] : [`length at most ${maxItems}`]),
    ...(maxLength === undefined ? [] : [`length at most ${maxLength}`]),
    ...(pattern === undefined ? [] : [`matches ${pattern}`]),
    ...(minimum === undefined ? [] : [`at least ${minimum}`]),
    ...(maximum === undefined ? [] : [`at most ${maximum}`]),
  ];
}
