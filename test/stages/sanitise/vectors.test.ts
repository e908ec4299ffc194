import { describe, expect, it } from 'vitest';
import { sanitiseHtml } from '../../../src/stages/sanitise/sanitise.ts';
import { liveScript } from '../../support/live-script.ts';
import { attackGroups } from '../../support/attacks.ts';

const iframeHosts = ['www.youtube.com'];
const policies = [
  { iframeHosts: [], dataImages: false, cleanLinks: true },
  { iframeHosts, dataImages: true, cleanLinks: true },
];

describe('sanitiseHtml', () => {
  it('is attacked in every class', () => {
    const vectors = attackGroups('canary.example').flatMap((attacks) => attacks.vectors);
    expect(new Set(vectors).size).toBeGreaterThan(500);
  });

  for (const { group, vectors } of attackGroups('canary.example')) {
    it.each(vectors.map((html) => [html]))(`${group}: nothing runs in %j`, (html) => {
      for (const policy of policies) {
        const safe = sanitiseHtml({ html, baseUrl: 'https://example.org/post' }, policy);
        expect(liveScript(safe.replaceAll('data:image/', 'https://example.org/'), policy.iframeHosts)).toEqual([]);
        expect(sanitiseHtml({ html: safe, baseUrl: 'https://example.org/post' }, policy)).toBe(safe);
      }
      const withoutBase = sanitiseHtml({ html }, { iframeHosts: [], dataImages: false, cleanLinks: true });
      expect(liveScript(withoutBase)).toEqual([]);
    });
  }
});

describe('liveScript', () => {
  it('finds something in most attacks, so that it is no blind judge', () => {
    const vectors = attackGroups('canary.example').flatMap((attacks) => attacks.vectors);
    const seen = vectors.filter((vector) => liveScript(vector).length > 0);
    // The rest is harmless to a parser of today, such as names that only begin like a script's.
    expect(seen.length / vectors.length).toBeGreaterThan(0.85);
  });
});
