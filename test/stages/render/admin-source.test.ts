import { describe, expect, it } from 'vitest';
import type { ActionResult, AdminFrame, SourceAction } from '../../../src/model/admin.ts';
import type { Hold } from '../../../src/model/hold.ts';
import { renderAdminPage } from '../../../src/stages/render/admin.ts';
import { sampleSource } from './samples.ts';

const NOON = Date.UTC(2026, 0, 1, 12);
const frame: AdminFrame = {
  siteTitle: 'News',
  timezone: 'Asia/Shanghai',
  version: '1.0.0',
  now: NOON,
  root: '../../',
  formToken: 'token',
  hasSession: false,
};

function note(action: SourceAction, hold?: Hold, result: ActionResult = 'done'): string {
  const row = { source: sampleSource({ id: 'news' }) };
  const view = { kind: 'source', row, heldEntries: [], posts: [], done: { action, result } } as const;
  const html = new TextDecoder().decode(renderAdminPage({ ...view, ...(hold !== undefined && { hold }) }, frame));
  return /<p class="note" role="status">([^<]*)<\/p>/u.exec(html)?.[1] ?? '';
}

describe('the note after an action on a source', () => {
  it.each<[string, string, Hold | undefined]>([
    ['nothing', 'A check starts now; reload the page in a moment.', undefined],
    ['a pause', 'It is paused, so it is not checked. Resume it to have it checked.', { kind: 'paused' }],
    [
      'Retry-After',
      'It is not checked yet: its host asked to wait (Retry-After) until 2026-01-01 21:00:00 (Asia/Shanghai). It is checked then.',
      { kind: 'host-rests', untilMs: NOON + 3_600_000 },
    ],
    [
      'the delay of the host',
      'It is not checked yet: other requests to its host come first (fetch.host.delay). It is checked at about 2026-01-01 20:01:00 (Asia/Shanghai).',
      { kind: 'host-turn', untilMs: NOON + 60_000 },
    ],
    [
      'requests under way',
      'It is not checked yet: other requests to its host are under way (fetch.host.concurrency). It is checked when one of them ends.',
      { kind: 'host-full' },
    ],
    [
      'workers that stopped',
      'It is due, but no worker has looked for due sources since 2026-01-01 19:59:00 (Asia/Shanghai). It is checked when a worker runs.',
      { kind: 'no-worker', since: NOON - 60_000 },
    ],
    [
      'a worker that has never run',
      'It is due, but no worker has looked for due sources yet. It is checked when a worker runs.',
      { kind: 'no-worker' },
    ],
  ])('names what holds the check: %s', (_what, sentence, hold) => {
    expect(note('fetch', hold)).toBe(sentence);
  });

  it('says what a reset and a resume have done, and when the check is made', () => {
    const hold = { kind: 'host-rests', untilMs: NOON } as const;
    expect(note('reset', hold)).toMatch(/^Validators, failures and redirects are forgotten\. It is not checked yet: /u);
    expect(note('resume', hold)).toMatch(/^It is resumed\. It is not checked yet: /u);
    expect(note('pause')).toBe('It is paused.');
  });

  it('says that a running check kept the source from being changed', () => {
    expect(note('fetch', { kind: 'host-full' }, 'busy')).toMatch(/^A check is running/u);
  });
});
