import type { JsonObject } from "../oci/json.ts";

type SchemaType = "object" | "array" | "string" | "integer" | "boolean" | "null";

/** The part of JSON Schema (2020-12) that the documents of this API need. */
export interface Schema {
  readonly description?: string;
  readonly type?: SchemaType | readonly SchemaType[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  /** The schema of the fields that are not in `properties`. With false, an object has no such fields. */
  readonly additionalProperties?: Schema | false;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly const?: string | number;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

/**
 * The type of the values that match a schema. The schema has to be a constant: with `{ ... } as const satisfies Schema`,
 * `{ type: "array", items: { type: "integer" } }` gives `readonly number[]`. A `Schema` that is only known at run time
 * gives `unknown`.
 */
export type FromSchema<S> = S extends { readonly const: infer Value }
  ? Value
  : S extends { readonly enum: readonly (infer Value)[] }
    ? Value
    : S extends { readonly type: infer Types }
      ? ValueOf<S, Types extends readonly (infer One)[] ? One : Types>
      : unknown;

type ValueOf<S, Type> = Type extends "object"
  ? ObjectOf<S>
  : Type extends "array"
    ? readonly ItemOf<S>[]
    : Type extends "integer"
      ? number
      : Type extends "string"
        ? string
        : Type extends "boolean"
          ? boolean
          : Type extends "null"
            ? null
            : unknown;

type ItemOf<S> = S extends { readonly items: infer Item } ? FromSchema<Item> : unknown;

type ObjectOf<S> = S extends { readonly properties: infer Properties }
  ? FieldsOf<Properties, S extends { readonly required: readonly (infer Name)[] } ? Name : never>
  : S extends { readonly additionalProperties: infer Field extends Schema }
    ? Readonly<Record<string, FromSchema<Field>>>
    : JsonObject;

type FieldsOf<Properties, Required> = {
  readonly [Name in keyof Properties as Name extends Required ? Name : never]: FromSchema<Properties[Name]>;
} & {
  readonly [Name in keyof Properties as Name extends Required ? never : Name]?:
    | FromSchema<Properties[Name]>
    | undefined;
};
