/** Which text of an entry is compared with others? */
import type { Draft } from '../../model/post.ts';
import { visibleLines } from '../../syntax/html/visible-lines.ts';
import { type Signature, signatureOf } from './signature.ts';

/** Signature of the title and the longer of content and summary: one usually begins with the other. */
export function signatureOfDraft({ title, content, summary }: Draft): Signature {
  const [text = '', other = ''] = [content, summary].map((markup) =>
    markup === undefined ? '' : visibleLines(markup),
  );
  return signatureOf(title, other.length > text.length ? other : text);
}
