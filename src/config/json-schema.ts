/** How is the schema of the config written as JSON Schema, for editors? */
import * as z from 'zod';
import { configSchema } from './schema.ts';

/** JSON Schema 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Allowed instead of any value: a variable that is replaced when the config is read. */
const VARIABLE: z.core.JSONSchema.BaseSchema = { type: 'string', pattern: String.raw`\$\{` };

/** Of one file. Since all files together make the config, none of them needs every key. */
export function configJsonSchema(): JsonSchema {
  const { $schema, properties = {}, ...rest } = z.toJSONSchema(configSchema, { io: 'input', override: adapt });
  delete rest.required;
  return {
    $schema,
    title: 'Feedmill config',
    description: 'One file of the config directory. All files together make the config.',
    ...rest,
    properties: Object.fromEntries(Object.entries(properties).map(([key, section]) => [key, withoutRequired(section)])),
  };
}

function withoutRequired(section: z.core.JSONSchema._JSONSchema): z.core.JSONSchema._JSONSchema {
  if (typeof section === 'boolean') return section;
  const copy = { ...section };
  delete copy.required;
  return copy;
}

/** As printed by `feedmill schema`, and as kept beside the shipped config. */
export function configJsonSchemaText(): string {
  return `${JSON.stringify(configJsonSchema(), null, 2)}\n`;
}

function adapt({ jsonSchema: schema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (schema.type === 'object' && schema.properties !== undefined) delete schema.default;
  if (schema.const === undefined && !acceptsVariables(schema)) allowVariables(schema);
}

function acceptsVariables({ type, pattern, enum: values }: z.core.JSONSchema.BaseSchema): boolean {
  if (type === 'integer' || type === 'number' || type === 'boolean') return false;
  return values === undefined && (pattern === undefined || new RegExp(pattern, 'u').test('${NAME}'));
}

function allowVariables(schema: z.core.JSONSchema.BaseSchema): void {
  const value: z.core.JSONSchema.BaseSchema = {};
  for (const key of ['type', 'pattern', 'enum', 'minimum', 'maximum'] as const) {
    if (schema[key] === undefined) continue;
    Object.assign(value, { [key]: schema[key] });
    // Repeated in the first alternative. The keys are the five above.
    Reflect.deleteProperty(schema, key);
  }
  schema.anyOf = [value, VARIABLE];
}
