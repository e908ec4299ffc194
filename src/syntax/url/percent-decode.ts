/** What does `%E6%96%B0` say? */

/** RFC 3986 §2.1, as UTF-8; what cannot be decoded was never encoded, and stays as it is. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}
