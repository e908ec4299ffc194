/** Is an entry new, changed, known, a duplicate of another source's story, or forgotten? */
import { visiblePart } from '../../model/fingerprint.ts';

/** What the store has recorded about the post of an entry. */
export interface Remembered {
  readonly fingerprint: string;
  readonly sourceKey: string;
  readonly version: number;
  readonly tombstone: boolean;
}

export interface Offered {
  readonly fingerprint: string;
  readonly sourceKey: string;
}

export type Classification =
  | { readonly kind: 'new' }
  | { readonly kind: 'known' }
  /** `announced`: a reader would see the change; otherwise only the post's categories, link or image changed. */
  | { readonly kind: 'changed'; readonly version: number; readonly announced: boolean }
  /** Another source reported the story first. */
  | { readonly kind: 'duplicate'; readonly version: number }
  /** Removed here earlier; it is not new again while its source still lists it. */
  | { readonly kind: 'forgotten' };

/** Pure; `remembered` is undefined for an entry that was never saved. */
export function classify(offered: Offered, remembered: Remembered | undefined): Classification {
  if (remembered === undefined) return { kind: 'new' };
  if (remembered.tombstone) return { kind: 'forgotten' };
  const { version } = remembered;
  if (remembered.sourceKey !== offered.sourceKey) return { kind: 'duplicate', version };
  if (remembered.fingerprint === offered.fingerprint) return { kind: 'known' };
  return {
    kind: 'changed',
    version,
    announced: visiblePart(remembered.fingerprint) !== visiblePart(offered.fingerprint),
  };
}
