/** Which documents could make a reader slower than their size? One builder each, by how many of the thing there are. */

function feed(inside: string): string {
  return `<rss version="2.0"><channel>${inside}</channel></rss>`;
}

function item(inside: string): string {
  return feed(`<item>${inside}</item>`);
}

/** Name -> document with `n` of what the name says. */
export const DOCUMENTS: Readonly<Record<string, (n: number) => string>> = {
  entries: (n) => feed('<item><title>a</title><link>https://example.org/1</link></item>'.repeat(n)),
  'entries that are not closed': (n) => feed('<item><title>a'.repeat(n)),
  'fields of one entry': (n) => item('<category>a</category>'.repeat(n)),
  'links of one entry': (n) => item('<link href="/a"/>'.repeat(n)),
  'enclosures of one entry': (n) => item(Array.from({ length: n }, (_, i) => `<enclosure url="/${i}"/>`).join('')),
  'authors of one entry': (n) => item(Array.from({ length: n }, (_, i) => `<author>a${i}</author>`).join('')),
  'characters of one text': (n) => item(`<title>${'a '.repeat(n)}</title>`),
  'characters of one attribute': (n) => item(`<a b="${'x'.repeat(n)}"/>`),
  attributes: (n) => item(`<a ${'b="c" '.repeat(n)}/>`),
  'attributes with brackets': (n) => item(`<a ${'b="<" '.repeat(n)}/>`),
  'open tags': (n) => item('<b>'.repeat(n)),
  'open and closed tags': (n) => item(`${'<b>'.repeat(n)}${'</b>'.repeat(n)}`),
  'end tags without a start': (n) => item('</b>'.repeat(n)),
  'ends of the feed in an entry': (n) => item('</rss>'.repeat(n)),
  'tags without a bracket': (n) => item('<b c="d"'.repeat(n)),
  'lone brackets': (n) => item('< '.repeat(n)),
  'lone ampersands': (n) => item(`<title>${'& '.repeat(n)}</title>`),
  references: (n) => item(`<title>${'&eacute;'.repeat(n)}</title>`),
  'quotes that are not closed': (n) => item('<b c="d>'.repeat(n)),
  'quotes of two kinds': (n) => item(`<b c="d><b c='d>`.repeat(n)),
  'comments that are not closed': (n) => item('<!-- '.repeat(n)),
  'CDATA sections that are not closed': (n) => item('<![CDATA['.repeat(n)),
  'empty CDATA sections': (n) => item('<![CDATA[]]>'.repeat(n)),
  instructions: (n) => item('<? '.repeat(n)),
  'document types': (n) => item('<!DOCTYPE a ['.repeat(n)),
  'document types with a lone quote': (n) =>
    item(`${'<!DOCTYPE a []>'.repeat(n)}<!DOCTYPE a ['${'<!DOCTYPE a [] >]>'.repeat(n)}`),
  'namespace declarations': (n) => item(Array.from({ length: n }, (_, i) => `<a:b xmlns:a="urn:${i}"/>`).join('')),
  'names nobody knows': (n) => item(Array.from({ length: n }, (_, i) => `<a${i}/>`).join('')),
  'pieces of markup': (n) => item(`<description>${'a<b>b</b>'.repeat(n)}</description>`),
  'nested markup': (n) => item(`<description>${'<b>a'.repeat(n)}</description>`),
};
