/** How does text of any kind become well-formed XML? */

/** What XML 1.0 §2.2 forbids, with DEL and the C1 controls, which it advises against and readers misread. */
const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\p{Surrogate}\ufffe\uffff]/gu;
const SPECIAL = /[&<>"]/u;

/** Text that is allowed in an XML document after escaping. */
export function clean(text: string): string {
  return text.replace(FORBIDDEN, '');
}

/** Plain text as XML (or HTML) character data; good within double quotes too. */
export function escape(text: string): string {
  const cleaned = clean(text);
  if (!SPECIAL.test(cleaned)) return cleaned;
  return cleaned.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** HTML that is allowed in a CDATA section. `]]>` has the same meaning in HTML with its last character escaped. */
export function cdata(html: string): string {
  return clean(html).replaceAll(']]>', ']]&gt;');
}

/**
 * Plain text for xml-js, which treats `&amp;` as an ampersand that is escaped already and so loses one level of
 * escaping; one more level corrects this.
 */
export function xmlJsText(text: string): string {
  return clean(text).replaceAll('&', '&amp;');
}

/** An attribute value for xml-js, which escapes only quotes. */
export function xmlJsAttribute(text: string): string {
  return clean(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** `<name attribute="…">text</name>`; absent attributes are left out. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  text?: string,
): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escape(String(value))}"`)
    .join('');
  return text === undefined ? `<${name}${written}/>` : `<${name}${written}>${escape(text)}</${name}>`;
}
