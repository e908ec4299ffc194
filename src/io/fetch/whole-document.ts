/** Is a document complete by its own syntax, independent of the length in the headers? */

const END_BYTES = 4096;

/** True if the root element of a feed, or the outermost bracket of a JSON document, is closed at the end. */
export function isWholeDocument(body: Uint8Array): boolean {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  // Tags are ASCII; UTF-16 has a zero beside each letter.
  const end = bytes.subarray(-END_BYTES).toString('latin1').replaceAll('\0', '');
  return /<\/(?:[\w-]+:)?(?:rss|feed|rdf|channel)\s*>(?:\s|<!--(?:(?!-->).)*-->)*$/is.test(end) || isWholeJson(bytes);
}

function isWholeJson(bytes: Buffer): boolean {
  const start = bytes
    .subarray(0, 64)
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart();
  if (!start.startsWith('{')) return false;
  let depth = 0;
  let isText = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (isText) {
      if (byte === 0x5c) at += 1;
      else if (byte === 0x22) isText = false;
    } else if (byte === 0x22) isText = true;
    else if (byte === 0x7b || byte === 0x5b) depth += 1;
    else if (byte === 0x7d || byte === 0x5d) {
      depth -= 1;
      if (depth === 0) return true;
    }
  }
  return false;
}
