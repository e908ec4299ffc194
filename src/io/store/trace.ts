/** How are the trace events of entries stored for a month and found by key? */
import { createHash } from 'node:crypto';
import { millisecondsInDay } from 'date-fns/constants';
import type { TraceDecision, TracedEntry, TraceEvent, TraceNote } from '../../model/trace.ts';
import type { Trace, Traced } from '../../ports/trace.ts';
import { lua } from './lua.ts';
import { portions } from './portions.ts';
import { bytesOf, defineScript, listOf, numberOf, type RedisClient } from './script.ts';

/*
 * Keys, all behind the prefix. Time is divided into slices of five days; a slice expires 30 days after its end. S is
 * its number.
 *   t:S      HASH    next: offset of the next record; origins: how many; lost: events that did not fit
 *   t:S:o    HASH    source and address of the document <-> number, so that a record holds three bytes instead
 *   t:S:rN   STRING  records from offset N * 32 KiB on, made at full length; none crosses the end of its string:
 *                    length 2, time (s) 4, origin 3, post id 8, the rest as JSON
 *   t:S:XXX  STRING  slots, 8 bytes each: 32 bits of a key, offset of its record; the name is another 10 bits of the key
 */

const SLICE_MS = 5 * millisecondsInDay;
const KEPT_MS = 30 * millisecondsInDay;
const SLICES = Math.ceil(KEPT_MS / SLICE_MS) + 1;

/** Bytes of the records of one slice: 300,000 events of about 110 bytes. */
const MOST_SLICE_BYTES = 32 * 1024 * 1024;

/** Events per call of the script. */
const NOTES_AT_ONCE = 100;

/** @param prefix  starts every key, with its cluster hash tag, e.g. `{feedmill}:` */
export function createTrace(client: RedisClient, prefix: string): Trace {
  const noteScript = defineScript(client, 'recording trace events', prefix, lua('store/trace/note.lua'));
  const findScript = defineScript(client, 'reading trace events', prefix, lua('store/trace/find.lua'));

  async function note(notes: readonly TraceNote[], now: number): Promise<void> {
    if (notes.length === 0) return;
    const slice = sliceOf(now);
    const expiresInMs = Math.ceil((slice + 1) * SLICE_MS + KEPT_MS - now);
    // Each call looks up its keys in every slice.
    for (const some of portions(notes, NOTES_AT_ONCE)) {
      await noteScript(slice, expiresInMs, MOST_SLICE_BYTES, SLICES, ...some.flatMap(packNote));
    }
  }

  async function find(keys: readonly string[], now: number): Promise<Traced> {
    const newest = sliceOf(now);
    // A worker whose clock is ahead may have started the next slice.
    const reply = listOf(await findScript(newest - SLICES, newest + 1, ...keys.map((key) => Buffer.from(key, 'hex'))));
    const [lost, ...records] = reply;
    const events = Array.from({ length: records.length / 2 }, (_, index) =>
      readEvent(bytesOf(records[2 * index]), bytesOf(records[2 * index + 1])),
    );
    return { lost: numberOf(lost), events: events.sort((a, b) => a.at - b.at) };
  }

  return { note, find };
}

function sliceOf(now: number): number {
  return Math.floor(now / SLICE_MS);
}

/** The fields that are not in the fixed part of a record. */
interface Rest {
  readonly decision: TraceDecision;
  readonly key?: string;
  readonly rules?: readonly string[];
  readonly entry?: TracedEntry;
}

/** Longest record; long texts of an origin or a rule are cut. */
const MOST_TEXT = 300;
const MOST_RULES = 20;

function packNote(note: TraceNote): (string | Buffer)[] {
  const { decision, key, rules = [], entry } = note;
  const rest: Rest = {
    decision,
    ...(key !== undefined && { key }),
    ...(rules.length > 0 && { rules: rules.slice(0, MOST_RULES) }),
    ...(entry !== undefined && { entry }),
  };
  const json = JSON.stringify(rest, (_name, value: unknown) => (typeof value === 'string' ? cut(value) : value));
  const time = Buffer.alloc(4);
  time.writeUInt32BE(Math.floor(note.at / 1000));
  const record = Buffer.concat([time, Buffer.from(note.postId, 'hex'), Buffer.from(json)]);
  const once = note.once === true ? createHash('sha1').update(record.subarray(4)).digest().subarray(0, 8) : '';
  const keys = Buffer.from([...new Set([note.postId, ...note.lookups])].join(''), 'hex');
  return [once, keys, `${note.sourceId}\n${cut(note.documentUrl ?? '')}`, record];
}

function cut(text: string): string {
  return text.length <= MOST_TEXT ? text : `${text.slice(0, MOST_TEXT).toWellFormed()}…`;
}

function readEvent(origin: Buffer, record: Buffer): TraceEvent {
  const [sourceId = '', documentUrl = ''] = origin.toString().split('\n');
  // Our own JSON is trusted.
  const rest = JSON.parse(record.toString('utf8', 12)) as Rest;
  return {
    at: record.readUInt32BE(0) * 1000,
    postId: record.toString('hex', 4, 12),
    sourceId,
    ...(documentUrl !== '' && { documentUrl }),
    ...rest,
  };
}
