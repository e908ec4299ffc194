import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configJsonSchema } from '../../src/config/json-schema.ts';
import { readConfig } from '../../src/config/read.ts';

const text = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly default?: unknown;
  readonly required?: readonly string[];
}

/** Every key that has a value of its own, with its default as the document writes it. */
function leaves(schema: SchemaNode, path: string): (readonly [string, string])[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    const here = path === '' ? key : `${path}.${key}`;
    if (value.items?.properties !== undefined) return leaves(value.items, `${here}[]`);
    if (value.properties !== undefined) return leaves(value, here);
    const absent = schema.required?.includes(key) === true ? 'required' : 'none';
    const written = typeof value.default === 'string' ? value.default : JSON.stringify(value.default);
    return [[here, value.default === undefined ? absent : `\`${written}\``] as const];
  });
}

const rows = new Map(
  [...text.matchAll(/^\| `([^`]+)` +\| .*? \| (`[^|]*`|none|required) +\|/gm)].map(([, key, value]) => [key, value]),
);

// That of `site` is not in the schema of one file, since another file may hold it.
const keys = leaves(configJsonSchema(), '').filter(([key]) => key !== 'site.url');

describe('docs/configuration.md', () => {
  it('tells of every key', () => {
    expect(keys.length).toBeGreaterThan(70);
    expect(keys.map(([key]) => key).filter((key) => !text.includes(`\`${key}\``))).toEqual([]);
    expect(text).toContain('`site.url`');
  });

  it('tells of no key that is none', () => {
    const known = new Set(['site.url', ...keys.map(([key]) => key)]);
    expect([...rows.keys()].filter((key) => key?.includes('.') === true && !known.has(key))).toEqual([]);
  });

  it('gives the defaults that hold', () => {
    const inRows = keys.filter(([key]) => rows.has(key));
    expect(inRows.length).toBeGreaterThan(60);
    expect(inRows.flatMap(([key, value]) => (rows.get(key) === value ? [] : [[key, rows.get(key), value]]))).toEqual(
      [],
    );
  });

  it('has examples without problems', () => {
    const examples = [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, yaml = '']) => yaml);
    expect(examples.length).toBeGreaterThan(10);
    for (const example of examples) {
      const files = [
        { path: 'example.yaml', name: 'example.yaml', text: example },
        ...(/^site:/m.test(example) ? [] : [least('site.yaml', 'site: { url: "https://x.example.org" }')]),
        ...(/^sources:/m.test(example) ? [] : [least('sources.yaml', SOURCE)]),
      ];
      expect(() => readConfig(files, { INTRANET_PASSWORD: 'x' }), example).not.toThrow();
    }
  });
});

const SOURCE = 'sources: [{ id: xinhua-finance, url: "https://x.example.org/feed" }]';

function least(name: string, yaml: string) {
  return { path: name, name, text: yaml };
}
