/** Does a key from the config get into anything public, or into a message? */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failureOf } from '../../src/io/fetch/failure-messages.ts';
import { nextHop } from '../../src/io/fetch/redirect.ts';
import { maskedFacts } from '../../src/io/log/mask.ts';
import type { Post } from '../../src/model/post.ts';
import type { Settings, Source } from '../../src/model/settings.ts';
import { assembleFeed } from '../../src/stages/assemble/feed.ts';
import { publishable } from '../../src/stages/assemble/policy.ts';
import { normaliseFeed } from '../../src/stages/normalise/normalise.ts';
import { createFragmentCache } from '../../src/stages/render/fragments.ts';
import { renderJekyll } from '../../src/stages/render/jekyll.ts';
import { renderSourcesOpml } from '../../src/stages/render/opml.ts';
import { renderPostPage } from '../../src/stages/render/post-page.ts';
import { renderers } from '../../src/stages/render/renderers.ts';
import { sanitiseHtml } from '../../src/stages/sanitise/sanitise.ts';
import { parseFeed } from '../support/parsing.ts';
import { samplePost, sampleSettings, sampleSource } from './render/samples.ts';

/** Long enough that no document holds it by chance. */
const secrets = fc.stringMatching(/^[A-Za-z0-9]{16,24}$/u).map((text) => `s3cr3t${text}`);

const PARAMETERS = [
  'token',
  'access_token',
  'accessToken',
  'apikey',
  'api_key',
  'key',
  'X-Amz-Signature',
  'X-Amz-Credential',
  'sig',
  'auth',
  'password',
  'jwt',
  'sid',
  'private_token',
  'rssToken',
];

/** Where a secret stands in what the operator wrote. */
const places: readonly [string, (secret: string, parameter: string) => Partial<Source>][] = [
  ['a parameter', (secret, parameter) => ({ url: `https://origin.example/feed?a=1&${parameter}=${secret}` })],
  ['the fragment', (secret, parameter) => ({ url: `https://origin.example/feed#${parameter}=${secret}` })],
  ['a private path', (secret) => ({ url: `https://origin.example/${secret}/feed`, isPrivate: true })],
  ['a private parameter', (secret) => ({ url: `https://origin.example/feed?u=${secret}`, isPrivate: true })],
  ['a header', (secret) => ({ headers: { Authorization: `Bearer ${secret}`, 'X-Api-Key': secret } })],
  ['a cookie', (secret) => ({ headers: { Cookie: `session=${secret}; x=1` } })],
];

/** A feed that gives the key back wherever it can. */
function echo(url: string): string {
  const self = url.replaceAll('&', '&amp;');
  return `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>T</title><link>${self}</link>
    <atom:link rel="self" href="${self}"/>
    <item><guid isPermaLink="false">1</guid><title>A</title><link></link>
      <description>&lt;a href="#top"&gt;x&lt;/a&gt;&lt;a href=""&gt;y&lt;/a&gt;&lt;img src="i.png"&gt;</description></item>
    <item><guid isPermaLink="false">2</guid><title>B</title><link>${self}</link>
      <enclosure url="${self}" length="1" type="audio/mpeg"/>
      <description>&lt;a href="${self.replaceAll('&', '&amp;')}"&gt;x&lt;/a&gt;</description></item>
  </channel></rss>`;
}

function everythingPublic(posts: readonly Post[], settings: Settings): string {
  const shown = posts.map((post) => publishable(post, settings));
  const feed = assembleFeed({ scope: { kind: 'category', slug: 'xinhuashe' }, settings, posts });
  const ofSource = assembleFeed({ scope: { kind: 'source', id: 'xinhua-finance' }, settings, posts });
  const fragments = createFragmentCache();
  const documents = [
    ...Object.values(renderers).flatMap((render) => [render(feed, fragments), render(ofSource, fragments)]),
    ...shown.flatMap((post) => [renderPostPage(post, settings, () => true), renderJekyll(post, settings)]),
    renderSourcesOpml(settings, new Map([['xinhua-finance', { link: settings.sources[0]?.url ?? '' }]])),
  ];
  return documents.map(({ body }) => Buffer.from(body).toString()).join('\n');
}

describe('a secret of the config', () => {
  it.each(places)('in %s of a source is published nowhere', (_place, changesOf) => {
    fc.assert(
      fc.property(secrets, fc.constantFrom(...PARAMETERS), (secret, parameter) => {
        const source = sampleSource(changesOf(secret, parameter));
        const settings = sampleSettings({
          sources: [source],
          publish: {
            ...sampleSettings().publish,
            jekyll: { directory: '_posts', layout: 'post', flavour: 'jekyll', frontMatter: {} },
          },
        });
        const read = parseFeed(echo(source.url), {
          url: source.url,
          ...(source.isPrivate === true && { isPrivate: true }),
        });
        const drafts = normaliseFeed(read, source, 0, { cleanLinks: true });
        const posts = drafts.map((draft, index) =>
          samplePost(index, {
            source: draft.source,
            alsoFrom: [{ source: draft.source }],
            ...(draft.url !== undefined && { url: draft.url }),
            ...(draft.content !== undefined && { content: sanitiseHtml(draft.content, settings.html) }),
            enclosures: draft.enclosures,
          }),
        );
        // As an older version stored it.
        const old = samplePost(7, {
          source: { id: source.id, feedUrl: source.url, url: source.url },
          alsoFrom: [{ source: { id: source.id, feedUrl: source.url } }],
        });
        expect(JSON.stringify(drafts.map((draft) => draft.source))).not.toContain(secret);
        expect(everythingPublic([...posts, old], settings)).not.toContain(secret);
      }),
      { numRuns: 30 },
    );
  });

  it('is in no message about a fetch, nor in a line of the log', () => {
    fc.assert(
      fc.property(secrets, fc.constantFrom(...PARAMETERS), (secret, parameter) => {
        const url = new URL(`https://origin.example/feed?${parameter}=${secret}`);
        const to = `https://me:${secret}@other.example/x?${parameter}=${secret}`;
        const messages = [
          nextHop(url, 301, undefined, () => false, 0),
          nextHop(url, 301, `ftp://me:${secret}@x.example/`, () => false, 0),
          nextHop(url, 301, to.replace('https', 'http'), () => false, 0),
          nextHop(url, 301, url.href, () => true, 0),
          nextHop(url, 301, to, () => false, 9),
          failureOf(
            new Error(`cannot read ${url.href}`),
            { url, settings: sampleSettings().fetch },
            { answered: false, receivedBytes: 0 },
          ),
          maskedFacts({ url: url.href, deep: { list: [`see ${to}, please`] } }, 4),
        ];
        expect(JSON.stringify(messages)).not.toContain(secret);
      }),
      { numRuns: 50 },
    );
  });
});
