/** Which text makes up the config? */

/** One file of the config directory. */
export interface ConfigFile {
  /** As messages name it: the directory as given, then the name. */
  readonly path: string;
  /** Its path below the config directory, with `/`. */
  readonly name: string;
  readonly text: string;
}

export type ConfigFileKind = 'yaml' | 'opml' | 'certificate';

/** What a file below the config directory is read as; `undefined` for what is left alone, hidden files and folders included. */
export function configFileKind(name: string): ConfigFileKind | undefined {
  if (/(^|\/)\./.test(name)) return undefined;
  if (/\.ya?ml$/i.test(name)) return 'yaml';
  if (/\.opml$/i.test(name)) return 'opml';
  if (/\.(pem|crt)$/i.test(name)) return 'certificate';
  return undefined;
}
