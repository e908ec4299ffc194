/** Which keys identify an entry? */

/** What a key is computed from, as shown to the operator. */
export type KeyName = 'guid' | 'guid and link' | 'link' | 'path and title' | 'text';

export interface EntryKey {
  /** 16 hex digits. */
  readonly hash: string;
  /**
   * `own`: decides alone, within the source. `shared`: holds across sources. If the entry also has an own key, a shared
   * key decides within the source only for an entry with the same title.
   */
  readonly kind: 'own' | 'shared';
  readonly name: KeyName;
}
