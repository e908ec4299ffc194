/** How is only the beginning of a body read? */
import type { Dispatcher } from 'undici';

/** At most `most` bytes; the rest of a longer body is not read, and its connection is closed. */
export async function readStart(body: Dispatcher.ResponseData['body'], most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // undici's body gives chunks of bytes.
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    length += chunk.length;
    // Leaving the loop ends the stream and the connection.
    if (length >= most) break;
  }
  return Buffer.concat(chunks).subarray(0, most);
}
