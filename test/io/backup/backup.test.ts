/** Does an export hold what is in Redis, byte for byte, and is a damaged one refused? */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readExport, writeExport } from '../../../src/io/backup/file.ts';
import { readStore } from '../../../src/io/backup/read-store.ts';
import type { KeyRecord } from '../../../src/io/backup/record.ts';
import { clearStore, writeStore } from '../../../src/io/backup/write-store.ts';
import { dumpStore } from '../../support/store-dump.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';

let redis: TestRedis;
let directory: string;
let file: string;

const OTHER = '{other-site}:';
const T0 = Date.UTC(2026, 10, 30);
const header = { schema: 2, version: '0.1.0', at: new Date(T0).toISOString() };
const ID = Buffer.from('0011ff80aa55cc33', 'hex');
const key = (name: string) => `${redis.prefix}:${name}`;

beforeAll(async () => {
  redis = await startTestRedis();
  directory = mkdtempSync(join(tmpdir(), 'feedmill-export-'));
});
beforeEach(async () => {
  await redis.clear();
  await clearStore(redis.client, OTHER);
  file = join(directory, 'backup.gz');
});
afterAll(async () => {
  await clearStore(redis.client, OTHER);
  await redis.close();
  rmSync(directory, { recursive: true });
});

const write = () => writeExport(file, header, readStore(redis.client, `${redis.prefix}:`, Date.now), () => undefined);

async function restore(): Promise<number> {
  const { records } = await readExport(file);
  return writeStore(redis.client, OTHER, records, () => undefined);
}

async function all(records: AsyncIterable<KeyRecord>): Promise<readonly KeyRecord[]> {
  const found: KeyRecord[] = [];
  for await (const record of records) found.push(record);
  return found;
}

/** A key of each type, short and longer than what is read at once, with bytes that are no text. */
async function fill(): Promise<void> {
  const { client } = redis;
  const many = Array.from({ length: 1_500 }, (_, index) => index);
  await client.zadd(key('due'), ...many.flatMap((index) => [index * 1_000.5, `source-${index}`]), 'inf', 'paused');
  await client.hset(key('names'), Object.fromEntries(many.map((index) => [`source-${index}`, `["名字 ${index}"]`])));
  await client.sadd(key('paths'), '/all.rss', '/category/新闻.rss');
  await client.sadd(key('w:all'), ...many.map(String));
  await client.rpush(key('w:p:a'), Buffer.from([0, 255, 1]), 'second', 'second');
  await client.set(key('n2:129600000:3:r0'), Buffer.from([0, 200, 10, 13]), 'PX', 3_600_000);
  await client.hset(key('d:/all.rss'), { t: 'text/xml', e: '"1"', g: Buffer.from([31, 139, 255]) });
  await client.hset(key('m:0011'), ID.subarray(2), Buffer.concat([Buffer.from([0, 0, 0, 1]), Buffer.alloc(17)]));
  await client.zadd(key('x:all'), T0, ID);
  await client.zadd(key('x:category:新闻'), T0, ID);
  await client.hset(key(`p:${ID.toString('hex')}`), { j: '{"title":"A \\u0000"}', x: 'all\ncategory:新闻' });
  // Neither exported nor imported.
  await client.set(key('swept'), '1');
  await client.hset(key('inputs'), 'all', 'x');
}

/** Redis gives fields and members in no order. */
const sorted = (dump: Awaited<ReturnType<typeof dumpStore>>) =>
  dump.map(({ key: name, type, values }) => [name, type, type === 'list' ? values : [...values].sort()]);

const NOT_EXPORTED = ['swept', 'inputs'];

describe('an export and its import', () => {
  it('give the same data under another prefix, whatever their type and length', async () => {
    await fill();
    const before = (await dumpStore(redis.client, `${redis.prefix}:`)).filter((one) => !NOT_EXPORTED.includes(one.key));
    await write();
    expect(await restore()).toBe(0);
    expect(sorted(await dumpStore(redis.client, OTHER))).toEqual(sorted(before));
    const ttl = await redis.client.pttl(`${OTHER}n2:129600000:3:r0`);
    expect(ttl).toBeGreaterThan(3_500_000);
    expect(ttl).toBeLessThanOrEqual(3_600_000);
  });

  it('may be repeated', async () => {
    await fill();
    await write();
    await restore();
    const once = sorted(await dumpStore(redis.client, OTHER));
    await restore();
    expect(sorted(await dumpStore(redis.client, OTHER))).toEqual(once);
  });

  it('leave out a post whose entry came while the export was made', async () => {
    await fill();
    await redis.client.del(key('m:0011'));
    await write();
    expect(await restore()).toBe(1);
    expect(await redis.client.exists(`${OTHER}p:${ID.toString('hex')}`, `${OTHER}x:all`)).toBe(0);
  });

  it('leave out a post that was removed while the export was made', async () => {
    await fill();
    await redis.client.zrem(key('x:all'), ID);
    await write();
    expect(await restore()).toBe(0);
    expect(await redis.client.exists(`${OTHER}p:${ID.toString('hex')}`)).toBe(0);
  });

  it('hold an entry that was held between the first look and the last', async () => {
    await fill();
    async function* heldMeanwhile(): AsyncGenerator<KeyRecord> {
      let isHeld = false;
      for await (const record of readStore(redis.client, `${redis.prefix}:`, Date.now)) {
        yield record;
        if (isHeld || record.kind !== 'post') continue;
        isHeld = true;
        await redis.client.hset(key('held:a'), ID, 'packed');
        await redis.client.hset(key('m:0011'), ID.subarray(2), Buffer.alloc(21, 1));
      }
    }
    await writeExport(file, header, heldMeanwhile(), () => undefined);
    await restore();
    expect(await redis.client.hlen(`${OTHER}held:a`)).toBe(1);
    expect(await redis.client.hgetBuffer(`${OTHER}m:0011`, ID.subarray(2))).toEqual(Buffer.alloc(21, 1));
  });

  it('leave no file of that name before it is whole, and one that its owner alone can read', async () => {
    await fill();
    await write();
    const whole = readFileSync(file);
    const broken = (async function* () {
      await Promise.resolve();
      yield { name: 'due', kind: 'string', expiresAt: 0, values: [] } as const;
      throw new Error('Redis has gone');
    })();
    await expect(writeExport(file, header, broken, () => undefined)).rejects.toThrow('Redis has gone');
    expect(readFileSync(file)).toEqual(whole);
    expect(readdirSync(directory)).toEqual(['backup.gz']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});

describe('readExport', () => {
  it('reads a file that was unpacked', async () => {
    await fill();
    await write();
    const packed = await all((await readExport(file)).records);
    writeFileSync(file, gunzipSync(readFileSync(file)));
    const { header: found, records } = await readExport(file);
    expect(found).toMatchObject(header);
    expect(await all(records)).toEqual(packed);
  });

  const cut = (bytes: Buffer) => bytes.subarray(0, bytes.length - 20);
  const lines = (bytes: Buffer) => gunzipSync(bytes).toString().trimEnd().split('\n');
  const gzipped = (text: readonly string[]) => gzipSync(`${text.join('\n')}\n`);

  it.each<[string, (bytes: Buffer) => Buffer, RegExp]>([
    ['that was cut', cut, /is damaged or incomplete \(unexpected end of file\); use another copy of it/u],
    ['that was cut after a line', (bytes) => gzipped(lines(bytes).slice(0, 5)), /\(it ends after 4 records\)/u],
    ['with a changed byte', (bytes) => Buffer.from(bytes).fill(7, 400, 404), /is damaged or incomplete/u],
    ['with a line less', (bytes) => gzipped(lines(bytes).toSpliced(3, 1)), /\(its checksum differs\)/u],
    [
      'with a changed line',
      (bytes) => gzipped(lines(bytes).with(3, '["due","zset",0,["1","x"]]')),
      /checksum differs/u,
    ],
    ['with a broken line', (bytes) => gzipped(lines(bytes).with(3, '["due",')), /\(line 4 cannot be read\)/u],
    [
      'of a newer format',
      (bytes) => gzipped(lines(bytes).with(0, '{"feedmill":"export","format":2,"version":"9.1.0"}')),
      /has format 2 of Feedmill 9\.1\.0, and this one reads format 1: install that version or a newer one/u,
    ],
    ['of something else', () => gzipped(['<opml/>']), /is not a file that feedmill export wrote/u],
    ['without anything', () => Buffer.alloc(0), /is not a file that feedmill export wrote/u],
  ])('refuses a file %s', async (_title, change, message) => {
    await fill();
    await write();
    writeFileSync(file, change(readFileSync(file)));
    await expect(readExport(file).then(({ records }) => all(records))).rejects.toThrow(message);
  });
});
