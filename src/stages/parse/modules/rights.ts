/** Under which terms may content be used: a statement, or the address of a Creative Commons licence? */
import { resolveUrl } from '../../../syntax/url/url.ts';
import type { XmlElement } from '../../../syntax/xml/read.ts';
import { plainTextOf } from '../constructs.ts';
import type { ReadContext } from '../context.ts';
import { baseOf, filledAttribute, firstOf } from '../elements.ts';

const STATEMENTS = ['atom:rights', 'copyright', 'dc:rights', 'dcterms:rights', 'atom:copyright', 'media:copyright'];
const LICENCES = ['creativecommons:license', 'cc:license', 'dcterms:license'];

/** A statement in words; without one, the address of a licence. */
export function rightsOf(element: XmlElement, base: string | undefined, context: ReadContext): string | undefined {
  return (
    firstOf(element, STATEMENTS, (field) => plainTextOf(field, context)) ??
    firstOf(element, LICENCES, (field) => {
      const reference = filledAttribute(field, 'rdf:resource') ?? field.text;
      return resolveUrl(reference, baseOf(field, base));
    })
  );
}
