/** Which text does `%E6%96%B0` stand for? */

/** RFC 3986 §2.1, as UTF-8. Text that cannot be decoded is returned as it is. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}
