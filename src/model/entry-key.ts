/** What may an entry be known by? */

/** What a key is made of, as operators are told. */
export type KeyName = 'guid' | 'guid and link' | 'link' | 'path and title' | 'text';

export interface EntryKey {
  /** 16 hex digits. */
  readonly hash: string;
  /**
   * `own`: decides alone, within the source. `shared`: where the claim has an own key, too, it decides within the
   * source only for an entry of the same title; a link is the same for all sources.
   */
  readonly kind: 'own' | 'shared';
  readonly name: KeyName;
}
