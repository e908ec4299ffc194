/** Which token opens the admin pages if the config sets none? */
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Settings } from '../../model/settings.ts';
import type { Log } from '../../ports/log.ts';
import type { AdminAccess } from './authorise.ts';
import { codeOf } from '../../model/errors.ts';
import { accessHint } from '../access-hint.ts';

const LOOPBACK = /^(?:(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])$/iu;
const USABLE = /^\S{16,}$/u;

/** The file beside the private Redis, `data/admin-token`. */
export function adminTokenFile({ redis }: Pick<Settings, 'redis'>): string {
  return resolve(dirname(redis.directory), 'admin-token');
}

/**
 * Decides who may use the admin pages under the current settings. `admin.token` wins; a site whose `site.url` is
 * loopback needs none; for any other site a token is made at first use and stored in a file that only its owner can
 * read.
 */
export function createAdminAccess(settings: () => Settings, log: Log): () => AdminAccess {
  let kept: { readonly file: string; readonly access: AdminAccess } | undefined;
  return () => {
    const current = settings();
    if (current.admin.token !== undefined) return { kind: 'token', token: current.admin.token };
    if (LOOPBACK.test(new URL(current.site.url).hostname)) return { kind: 'this-machine' };
    const file = adminTokenFile(current);
    if (kept?.file !== file) kept = { file, access: keptToken(file, log) };
    return kept.access;
  };
}

function keptToken(file: string, log: Log): AdminAccess {
  try {
    const found = read(file) ?? make(file);
    if (USABLE.test(found)) {
      log.info({ file }, 'admin.token is not set; the admin pages accept the token in this file');
      return { kind: 'token', token: found };
    }
    log.error(
      { file },
      'the admin pages stay closed: this file contains no token; delete it and start again, or set admin.token',
    );
    return { kind: 'closed', message: 'The file of the admin token contains no token. The log names the file.' };
  } catch (error) {
    log.error(
      { file, error: accessHint(error, dirname(file)) || String(error) },
      'the admin pages stay closed: no token could be stored; set admin.token, or correct this and start again',
    );
    return { kind: 'closed', message: 'No admin token is set, and none could be stored. The log says why.' };
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** If several processes start together, one makes the token; the link never replaces a file. */
function make(file: string): string {
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, file);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return readFileSync(file, 'utf8').trim();
}
