/** How many bytes is `10MB`? */

const UNIT_BYTES: Readonly<Record<string, number>> = { B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };

/** The spelling, for schemas: digits and one unit, no space. */
export const BYTE_SIZE_PATTERN = /^\d{1,9}(?:B|KB|MB|GB)$/;

/** @returns bytes (a KB is 1024 bytes); `undefined` unless the text is one number with a unit, such as `512KB`. */
export function parseByteSize(text: string): number | undefined {
  if (!BYTE_SIZE_PATTERN.test(text)) return undefined;
  const unitBytes = UNIT_BYTES[text.replace(/^\d+/, '')];
  return unitBytes === undefined ? undefined : Number.parseInt(text, 10) * unitBytes;
}
