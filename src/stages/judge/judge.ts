/** Is an entry new, changed, known, somebody else's story, or one we have forgotten on purpose? */

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

export type Judgement =
  | { readonly kind: 'new' }
  | { readonly kind: 'known' }
  | { readonly kind: 'changed'; readonly version: number }
  /** Another source told it first. */
  | { readonly kind: 'duplicate'; readonly version: number }
  /** Expired here: not new again while its source still lists it. */
  | { readonly kind: 'forgotten' };

/** Pure; `remembered` is undefined for what was never saved. */
export function judge(offered: Offered, remembered: Remembered | undefined): Judgement {
  if (remembered === undefined) return { kind: 'new' };
  if (remembered.tombstone) return { kind: 'forgotten' };
  const { version } = remembered;
  if (remembered.sourceKey !== offered.sourceKey) return { kind: 'duplicate', version };
  return remembered.fingerprint === offered.fingerprint ? { kind: 'known' } : { kind: 'changed', version };
}
