/** Is an entry new, changed, known, somebody else's story, or one we have forgotten on purpose? */
import { visiblePart } from '../../model/fingerprint.ts';

/** What the store remembers of the post that an entry turned out to be. */
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
  /** `announced`: a reader would see it; else only where the post stands has changed. */
  | { readonly kind: 'changed'; readonly version: number; readonly announced: boolean }
  /** Another source told it first. */
  | { readonly kind: 'duplicate'; readonly version: number }
  /** Expired here: not new again while its source still lists it. */
  | { readonly kind: 'forgotten' };

/** Pure; `remembered` is undefined for what was never saved. */
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
