/** Which files make up the config? */

/** One file of the config directory. */
export interface ConfigFile {
  /** Its name in messages: the directory as given, then the file name. */
  readonly path: string;
  /** Its path below the config directory, with `/`. */
  readonly name: string;
  readonly text: string;
}

export type ConfigFileKind = 'yaml' | 'opml' | 'certificate';

/** How a file below the config directory is read; `undefined` for files that are ignored, such as hidden ones. */
export function configFileKind(name: string): ConfigFileKind | undefined {
  if (/(^|\/)\./.test(name)) return undefined;
  if (/\.ya?ml$/i.test(name)) return 'yaml';
  if (/\.opml$/i.test(name)) return 'opml';
  if (/\.(pem|crt)$/i.test(name)) return 'certificate';
  return undefined;
}
