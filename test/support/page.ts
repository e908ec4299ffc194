/** How is a page looked at in a browser: on which screens, with what complaints, with which faults? */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import type { Browser } from './browser.ts';

/** Its name, its size in CSS pixels, and what its owner prefers. */
type Screen = readonly [string, { readonly width: number; readonly height: number }, 'light' | 'dark'];

export const SCREENS: readonly Screen[] = [
  ['phone', { width: 360, height: 740 }, 'light'],
  ['phone in the dark', { width: 360, height: 740 }, 'dark'],
  ['desktop', { width: 1_280, height: 900 }, 'light'],
];

/** Opens an address, and gives what the browser complained about on the way. */
export async function withPage(
  browser: Browser,
  url: string,
  look: (page: Page, complaints: readonly string[]) => Promise<void>,
): Promise<void> {
  const page = await browser.context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => {
    complaints.push(String(error));
  });
  try {
    await page.goto(url, { waitUntil: 'networkidle' });
    await look(page, complaints);
  } finally {
    await page.close();
  }
}

/** Puts the page on a screen and takes its picture, as `NAME-SCREEN.png`. */
export async function showOn(page: Page, [screen, viewport, colorScheme]: Screen, picture: string): Promise<void> {
  await page.setViewportSize(viewport);
  await page.emulateMedia({ colorScheme });
  await page.screenshot({ path: `${picture}-${screen.replaceAll(' ', '-')}.png`, fullPage: true });
}

/** By how many CSS pixels the page is wider than its window. */
export async function overflowOf(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
}

const axeSource = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What axe finds, with the elements. */
export async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(readFileSync(axeSource, 'utf8'));
  const results = await page.evaluate<AxeResults>('axe.run(document, { resultTypes: ["violations"] })');
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}
