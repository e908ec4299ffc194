/** How does a body begin? */

/** The first bytes, each as one char; what they are examined for is ASCII. */
export function bodyStart(body: Uint8Array, length: number): string {
  return Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, length)).toString('latin1');
}
