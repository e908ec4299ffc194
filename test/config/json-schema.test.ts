import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configJsonSchema, configJsonSchemaText } from '../../src/config/json-schema.ts';
import { loadConfig } from '../../src/config/load.ts';

const shipped = new URL('../../config/', import.meta.url);

describe('the shipped config', () => {
  it('keeps a JSON Schema that is current', () => {
    const kept = readFileSync(new URL('feedmill.schema.json', shipped), 'utf8');
    expect(kept === configJsonSchemaText(), 'run: feedmill schema > config/feedmill.schema.json').toBe(true);
  });

  it('refers to it in each file', () => {
    const files = readdirSync(shipped).filter((name) => name.endsWith('.yaml'));
    expect(files.length).toBeGreaterThan(3);
    for (const name of files) {
      const [first] = readFileSync(new URL(name, shipped), 'utf8').split('\n', 1);
      expect(first, name).toBe('# yaml-language-server: $schema=feedmill.schema.json');
    }
  });

  it('has no problems in an empty environment, and opens nothing that is private', async () => {
    const settings = await loadConfig(shipped.pathname, {});
    const used = new Set(settings.sources.flatMap((source) => source.categories));
    expect(settings.categories.map(({ slug }) => slug).filter((slug) => !used.has(slug))).toEqual([]);
    expect(used.size).toBeGreaterThanOrEqual(4);
    expect(settings.fetch.allow).toEqual([]);
    expect(settings.admin).toEqual({});
    expect(settings.sources.every(({ schedule }) => schedule.minMs >= 600_000)).toBe(true);
  });

  it('takes its variables from the environment', async () => {
    const settings = await loadConfig(shipped.pathname, {
      FEEDMILL_URL: 'https://news.example.org/',
      PORT: '80',
      REDIS_URL: 'redis://store:6379',
      FEEDMILL_CONTACT: 'mailto:me@example.org',
      FEEDMILL_ADMIN_TOKEN: 'sixteen-or-more-characters',
    });
    expect(settings).toMatchObject({
      site: { url: 'https://news.example.org' },
      http: { port: 80 },
      redis: { urls: ['redis://store:6379'] },
      fetch: { contact: 'mailto:me@example.org' },
      admin: { token: 'sixteen-or-more-characters' },
    });
  });
});

describe('configJsonSchema', () => {
  it('describes every key', () => {
    const bare: string[] = [];
    const walk = (schema: unknown, path: string): void => {
      if (typeof schema !== 'object' || schema === null) return;
      for (const [key, value] of Object.entries(schema)) {
        if (key === 'properties' && typeof value === 'object' && value !== null) {
          for (const [name, property] of Object.entries(value as Record<string, object>)) {
            if (name !== 'type' && !('description' in property)) bare.push(`${path}.${name}`);
          }
        }
        walk(value, `${path}/${key}`);
      }
    };
    walk(configJsonSchema(), '');
    expect(bare).toEqual([]);
  });

  it('lets a variable stand for a number', () => {
    expect(configJsonSchema()).toMatchObject({
      properties: { http: { properties: { port: { anyOf: [{ type: 'integer' }, { pattern: String.raw`\$\{` }] } } } },
    });
  });
});
