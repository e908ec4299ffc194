/** Which certificates are in a file that an authority offers for download? */
import { X509Certificate } from 'node:crypto';

/** DER, PEM, or a "certs-only" CMS message (RFC 5280 §4.2.2.1, RFC 5652 §5.1); none if it is anything else. */
export function certificatesIn(bytes: Uint8Array): readonly X509Certificate[] {
  const one = read(bytes);
  return one === undefined ? inMessage(bytes).flatMap((certificate) => read(certificate) ?? []) : [one];
}

function read(bytes: Uint8Array): X509Certificate | undefined {
  try {
    return new X509Certificate(bytes);
  } catch {
    // Not a certificate: the caller looks for another form, or has none.
    return undefined;
  }
}

const SEQUENCE = 0x30;
/** Context-specific [0], constructed: the content of a message, and the certificates of signed data. */
const FIRST_CONTEXT = 0xa0;

/** ContentInfo { type, [0] SignedData { version, digests, content, [0] certificates … } } */
function inMessage(bytes: Uint8Array): readonly Uint8Array[] {
  const [info] = elements(bytes);
  const content = elements(info?.content).find(({ tag }) => tag === FIRST_CONTEXT);
  const [signed] = elements(content?.content);
  const certificates = elements(signed?.content).find(({ tag }) => tag === FIRST_CONTEXT);
  return elements(certificates?.content).flatMap(({ tag, whole }) => (tag === SEQUENCE ? [whole] : []));
}

interface Element {
  readonly tag: number;
  readonly whole: Uint8Array;
  readonly content: Uint8Array;
}

/** The elements of DER one after another; everything after an error is left out. */
function elements(bytes: Uint8Array = new Uint8Array()): readonly Element[] {
  const found: Element[] = [];
  let at = 0;
  while (at + 2 <= bytes.length) {
    const short = bytes[at + 1] ?? 0;
    const lengthBytes = short < 0x80 ? 0 : short & 0x7f;
    if (short === 0x80 || lengthBytes > 4) break;
    const start = at + 2 + lengthBytes;
    const length = lengthBytes === 0 ? short : bytes.subarray(at + 2, start).reduce((sum, byte) => sum * 256 + byte, 0);
    if (start + length > bytes.length) break;
    const end = start + length;
    found.push({ tag: bytes[at] ?? 0, whole: bytes.subarray(at, end), content: bytes.subarray(start, end) });
    at = end;
  }
  return found;
}
