/** Which entries do we know already, under any of their keys? */
import { scopeKey } from '../../model/scope.ts';
import type { EntryKeys, KnownEntry, Posts } from '../../ports/posts.ts';
import { dayBytes, LIBRARY, readMark, shortSource, shortTitle } from './entry-records.ts';
import { bytesOf, defineScript, type RedisClient } from './script.ts';

/** So many posts of one moment are looked at. */
const MOST_OF_A_MOMENT = 8;

/** ARGV: the claims, today, 1 to write down what was not known, then the scopes of the claims' sources. */
const CLAIM = `${LIBRARY}
local blob, today, writes, pos, out = ARGV[1], ARGV[2], ARGV[3] == '1', 1, {}
local function known_by(key)
  return redis.call('HGET', bucket('k:', key), string.sub(key, 3)) or (mark_of(key) and key)
end
local function write_key(key, id) if writes then redis.call('HSET', bucket('k:', key), string.sub(key, 3), id) end end

while pos <= #blob do
  local first, bound = string.sub(blob, pos, pos + 7), string.sub(blob, pos + 8, pos + 15)
  local source, title = string.sub(blob, pos + 16, pos + 19), string.sub(blob, pos + 20, pos + 22)
  local scope, time, count = struct.unpack('>I2I6B', blob, pos + 23)
  pos = pos + 32
  local has_own = string.byte(blob, pos) == 0
  local id, matched, missing, links = nil, 0, {}, {}
  if not has_own then
    local mark = mark_of(first)
    if mark and source_of(mark) == source then id, matched = first, 1 end
  end
  for i = 1, count do
    local shared, key = string.byte(blob, pos) == 1, string.sub(blob, pos + 1, pos + 8)
    pos = pos + 9
    local known = known_by(key)
    if not known then
      missing[#missing + 1] = { key, not shared and i == 1 }
    elseif not shared then
      if not id then id, matched = known, i end
    else
      local mark = mark_of(known)
      if not mark or source_of(mark) ~= source then
        -- Of another source, or of one that has not been saved yet.
        links[#links + 1] = { known, mark, key }
      elseif not id and (not has_own or title_of(mark) == title) then
        -- One source, one link, another guid and another title: another entry.
        id, matched = known, i
      end
    end
  end
  -- Entries without a guid are named by their link, which the entry of another source may be named by already.
  local entry = id or first
  -- Named by its link alone, as an entry of another source is: told apart by its source.
  if not id and not has_own and #links > 0 and (links[1][1] ~= first or links[1][2]) then entry = bound end
  local mark = mark_of(entry)
  if mark and matched == 0 then matched = 1 end
  for _, item in ipairs(missing) do
    if not (item[2] and item[1] == entry) then write_key(item[1], entry) end
  end
  local linked, seen, moment = {}, {}, {}
  if not mark then
    if scope > 0 then
      moment = redis.call('ZRANGEBYSCORE', p .. 'x:' .. ARGV[3 + scope], time, time, 'LIMIT', 0, ${MOST_OF_A_MOMENT})
    end
    for _, item in ipairs(links) do
      if item[2] and has(item[2], APART) then
        write_key(item[3], entry)
      else
        local root = root_of(item[1])
        if root ~= entry and not seen[root] then
          seen[root] = true
          linked[#linked + 1] = root
        end
      end
    end
  elseif writes and day_of(mark) ~= today then
    mark = string.sub(mark, 1, 4) .. today .. string.sub(mark, 7)
    set_mark(entry, mark)
  end
  if mark and has(mark, JOINED) then
    local story = mark_of(story_of(mark))
    if story and has(story, TOMBSTONE) then
      mark = string.char(bit.bor(string.byte(mark), TOMBSTONE)) .. string.sub(mark, 2)
    end
  end
  mark = mark or ''
  out[#out + 1] = entry .. string.char(matched, #mark) .. mark .. string.char(#linked) .. table.concat(linked)
    .. string.char(#moment) .. table.concat(moment)
end
return table.concat(out)`;

/** `claim`, and `peek`, which is the same without writing anything down. */
export function createClaims(client: RedisClient, prefix: string): Pick<Posts, 'claim' | 'peek'> {
  const script = defineScript(client, 'claiming entries', prefix, CLAIM);

  async function run(claims: readonly EntryKeys[], now: number, writes: 0 | 1): Promise<readonly KnownEntry[]> {
    if (claims.length === 0) return [];
    const sourceIds = [...new Set(claims.flatMap(({ moment }) => moment?.sourceId ?? []))];
    const scopes = sourceIds.map((id) => scopeKey({ kind: 'source', id }));
    const reply = bytesOf(await script(packClaims(claims, sourceIds), dayBytes(now), writes, ...scopes));
    let at = 0;
    return claims.map(({ sourceKey }) => {
      const found = readClaimed(reply.subarray(at), sourceKey);
      at += found.length;
      return found.claimed;
    });
  }

  return { claim: (claims, now) => run(claims, now, 1), peek: (claims, now) => run(claims, now, 0) };
}

const ID_BYTES = 8;

function readClaimed(packed: Buffer, sourceKey: string): { readonly claimed: KnownEntry; readonly length: number } {
  const matched = packed[ID_BYTES] ?? 0;
  const markEnd = ID_BYTES + 2 + (packed[ID_BYTES + 1] ?? 0);
  const mark = packed.subarray(ID_BYTES + 2, markEnd);
  const [linked, linksEnd] = readIds(packed, markEnd);
  const [sameMoment, end] = readIds(packed, linksEnd);
  const { stored, storyId } = mark.length === 0 ? {} : readMark(mark, sourceKey);
  return {
    length: end,
    claimed: {
      id: packed.toString('hex', 0, ID_BYTES),
      ...(matched > 0 && { matched: matched - 1 }),
      ...(stored !== undefined && { stored }),
      ...(storyId !== undefined && { storyId }),
      ...(linked.length > 0 && { linked }),
      ...(sameMoment.length > 0 && { sameMoment }),
    },
  };
}

/** How many in one byte, then each; and where they end. */
function readIds(packed: Buffer, at: number): readonly [ids: readonly string[], end: number] {
  const end = at + 1 + ID_BYTES * (packed[at] ?? 0);
  return [packed.toString('hex', at + 1, end).match(/.{16}/gu) ?? [], end];
}

function packClaims(claims: readonly EntryKeys[], sourceIds: readonly string[]): Buffer {
  const parts = claims.flatMap(({ id, sourceKey, titleKey, keys, moment }) => [
    id,
    boundTo(id, sourceKey),
    shortSource(sourceKey),
    shortTitle(titleKey),
    numberHex(moment === undefined ? 0 : sourceIds.indexOf(moment.sourceId) + 1, 2),
    numberHex(Math.max(0, moment?.at ?? 0), 6),
    numberHex(keys.length, 1),
    ...keys.map(({ kind, hash }) => (kind === 'own' ? '00' : '01') + hash),
  ]);
  return Buffer.from(parts.join(''), 'hex');
}

/** The id of an entry that another source's is named by already. */
function boundTo(id: string, sourceKey: string): string {
  return (BigInt(`0x${id}`) ^ BigInt(`0x${sourceKey}`)).toString(16).padStart(16, '0');
}

function numberHex(value: number, bytes: number): string {
  return value.toString(16).padStart(2 * bytes, '0');
}
