/**
 * Is each copy still the directory that was filled, or must it be filled again because it is new, was emptied or was
 * replaced?
 */
import type { SiteFacts } from '../../ports/site-facts.ts';
import type { Outbox } from '../../ports/outbox.ts';
import type { Copy } from '../../ports/publisher.ts';
import { publishedKeys } from '../../stages/assemble/publication-inputs.ts';

type MarkedCopy = Pick<Copy, 'mark' | 'setMark' | 'isEmpty'>;

export interface TendDeps {
  /** By name. */
  readonly copies: ReadonlyMap<string, MarkedCopy>;
  readonly siteFacts: Pick<SiteFacts, 'copyMark' | 'setCopyMark'>;
  readonly outbox: Pick<Outbox, 'inputs' | 'markBehind' | 'markPostsDirty'>;
  readonly newMark: () => string;
}

/**
 * Has a directory filled if its mark is not the one that was noted when it was filled last, or if its files are gone and
 * only the mark is left. The mark is noted last, so that an interrupted run is repeated; the directory comes first, so that one that cannot be written costs nothing.
 *
 * @returns names of the copies that are filled now
 * @throws  PublishError for the first directory that cannot be read or marked, after the others were handled
 */
export async function tendCopies(deps: TendDeps): Promise<readonly string[]> {
  const filled: string[] = [];
  const failures: unknown[] = [];
  for (const [name, copy] of deps.copies) {
    try {
      if (await tend(name, copy, deps)) filled.push(name);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return filled;
}

async function tend(name: string, copy: MarkedCopy, { siteFacts, outbox, newMark }: TendDeps): Promise<boolean> {
  const [found, known] = [await copy.mark(), await siteFacts.copyMark(name)];
  if (found !== undefined && found === known?.mark) {
    const isEmpty = await copy.isEmpty();
    if (!isEmpty && !known.hadFiles) await siteFacts.setCopyMark(name, { mark: found, hadFiles: true });
    if (!isEmpty || !known.hadFiles) return false;
  }
  if (found === undefined) await copy.setMark(newMark());
  await outbox.markBehind(publishedKeys(await outbox.inputs()));
  await outbox.markPostsDirty({ kind: 'all' }, 'copies');
  const mark = found ?? (await copy.mark());
  if (mark !== undefined) await siteFacts.setCopyMark(name, { mark, hadFiles: false });
  return true;
}
