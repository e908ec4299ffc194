/** Where in the config may a key be written? Used in messages on a key in the wrong place. */
import { configJsonSchema } from './json-schema.ts';
import { joinPath } from './tree.ts';

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly additionalProperties?: SchemaNode | boolean;
}

let places: ReadonlyMap<string, readonly string[]> | undefined;

function allPlaces(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [key, path] of pathsIn(configJsonSchema(), '')) found.set(key, [...(found.get(key) ?? []), path]);
  return found;
}

/** Paths such as `sources[].rules`; none for an unknown key. */
export function placesOfKey(key: string): readonly string[] {
  places ??= allPlaces();
  return places.get(key) ?? [];
}

function* pathsIn(schema: SchemaNode, path: string): Generator<readonly [string, string]> {
  for (const [key, value] of Object.entries(schema.properties ?? {})) {
    const here = joinPath(path, key);
    yield [key, here];
    yield* pathsIn(value, here);
    if (value.items !== undefined) yield* pathsIn(value.items, `${here}[]`);
    if (typeof value.additionalProperties === 'object') yield* pathsIn(value.additionalProperties, `${here}.NAME`);
  }
}
