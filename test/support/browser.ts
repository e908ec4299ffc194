/** Where is a real browser, and how is it started so that it talks to nobody but us? */
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { chromium, type BrowserContext } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Nothing of its own: no updates, no safe-browsing lists, no name lookups beyond this machine. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
];

/** FEEDMILL_CHROMIUM, or the first browser of the Chromium family on the PATH. */
export function browserExecutable(): string | undefined {
  const chosen = process.env['FEEDMILL_CHROMIUM'];
  if (chosen !== undefined && chosen !== '') return chosen;
  const directories = (process.env['PATH'] ?? '').split(delimiter).filter((directory) => directory !== '');
  return NAMES.flatMap((name) => directories.map((directory) => join(directory, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Not there, or not for us: the next one.
    return false;
  }
}

/** For `describe.skipIf`: true, with one line that says so, where no browser is there. */
export function isBrowserMissing(what: string): boolean {
  if (browserExecutable() !== undefined) return false;
  console.warn(`No Chromium on the PATH and FEEDMILL_CHROMIUM is not set: ${what} not tested in a browser.`);
  return true;
}

export interface Browser {
  readonly context: BrowserContext;
  close(): Promise<void>;
}

/** A browser with a profile of its own, which is gone afterwards. */
export async function startBrowser(): Promise<Browser> {
  const executablePath = browserExecutable();
  if (executablePath === undefined) throw new Error('No browser was found; ask isBrowserMissing first.');
  const profile = mkdtempSync(join(tmpdir(), 'feedmill-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: FLAGS,
    chromiumSandbox: false,
  });
  return {
    context,
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
