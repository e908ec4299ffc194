/** The style sheet of all pages, and the one for feeds opened in a browser. */
import { secondsInDay } from 'date-fns/constants';
import type { RenderedDocument } from '../../model/output.ts';
import type { Settings } from '../../model/settings.ts';
import { feedCss, feedStylesheetPath } from './stylesheet.ts';

const MAX_AGE_SECONDS = secondsInDay;

/** The style sheets that pages and feeds of these settings refer to. */
export function renderStyles(settings: Settings): RenderedDocument[] {
  const languages = [
    settings.site.language,
    ...settings.categories.map(({ language }) => language),
    ...settings.sources.flatMap(({ language }) => language ?? []),
    'en',
  ];
  const sheets = new Map(languages.map((language) => [feedStylesheetPath(language), feedCss(language)]));
  return [...new Map([['/style.css', PAGE_CSS], ...sheets])].map(([path, css]) => ({
    path,
    mediaType: 'text/css; charset=utf-8',
    body: Buffer.from(css),
    modifiedAt: 0,
    serving: { maxAgeSeconds: MAX_AGE_SECONDS },
  }));
}

const PAGE_CSS = `:root {
  color-scheme: light dark;
  --ground: #fdfcfa; --card: #fff; --ink: #1d1d1f; --soft: #5b5b63; --line: #e4e1da; --accent: #9b1c1c;
  --serif: "Iowan Old Style", "Source Serif 4", Georgia, serif;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root { --ground: #16171a; --card: #1e2024; --ink: #e8e6e1; --soft: #a7a6a1; --line: #34363c; --accent: #ff9d8a; }
}
:root:lang(zh), :lang(zh) {
  --serif: "Iowan Old Style", "Source Serif 4", Georgia, "Noto Serif", "Liberation Serif", "DejaVu Serif", "Songti SC", "Noto Serif CJK SC", "Source Han Serif SC", SimSun, serif;
  --sans: system-ui, -apple-system, "PingFang SC", "Hiragino Sans GB", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif;
}
:root:lang(zh-Hant), :root:lang(zh-TW), :root:lang(zh-HK) {
  --sans: system-ui, -apple-system, "PingFang TC", "Noto Sans CJK TC", "Microsoft JhengHei", sans-serif;
}
:root:lang(ja), :lang(ja) {
  --sans: system-ui, -apple-system, "Hiragino Sans", "Noto Sans CJK JP", "Yu Gothic", sans-serif;
}
:root:lang(ko), :lang(ko) {
  --sans: system-ui, -apple-system, "Apple SD Gothic Neo", "Noto Sans CJK KR", "Malgun Gothic", sans-serif;
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.6 var(--sans);
  overflow-wrap: anywhere; line-break: strict; text-spacing-trim: normal; text-autospace: normal; hanging-punctuation: allow-end;
}
:lang(zh), :lang(ja), :lang(ko) { line-height: 1.75; }
:lang(ko) { word-break: keep-all; }
a { color: var(--accent); text-underline-offset: .18em; text-decoration-thickness: .06em; }
a:focus-visible, main:focus-visible { outline: .2rem solid var(--accent); outline-offset: .2rem; border-radius: .2rem; }
main:focus { outline: none; }
.skip { position: absolute; inset-inline-start: -100vw; padding: .5rem 1rem; background: var(--card); z-index: 1; }
.skip:focus { inset-inline-start: .5rem; top: .5rem; }
header.site, footer.site, main { max-width: 46rem; margin: 0 auto; padding: 0 1rem; }
header.site { padding-top: 1rem; border-bottom: 1px solid var(--line); }
.brand { margin: 0; font: 700 1.25rem/1.4 var(--serif); }
.brand a { color: inherit; text-decoration: none; }
header.site nav ul { display: flex; gap: .25rem 1rem; flex-wrap: wrap; margin: .25rem 0 .5rem; padding: 0; list-style: none; }
header.site nav a { display: inline-block; padding: .25rem 0; color: var(--soft); text-decoration: none; }
header.site nav a:hover, header.site nav a[aria-current] { color: var(--accent); }
header.site nav a[aria-current] { font-weight: 600; box-shadow: inset 0 -.15rem var(--accent); }
footer.site { margin-top: 3rem; padding-block: 1rem 2rem; border-top: 1px solid var(--line); font-size: .875rem; color: var(--soft); }
h1, h2, h3 { line-height: 1.35; text-wrap: balance; }
h1 { margin: 1.5rem 0 .5rem; font: 700 1.75rem/1.3 var(--serif); }
.list p { margin: .25rem 0; color: var(--soft); }
.feeds { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; font-size: .875rem; }
.feeds a { padding: .15rem .6rem; border: 1px solid var(--line); border-radius: 1rem; text-decoration: none; }
.meta { margin: 0; color: var(--soft); font-size: .875rem; }
.meta > * { margin-inline-end: .5rem; }
.meta a { color: inherit; }
main > section > h2 { margin: 2rem 0 0; font-size: .9375rem; font-weight: 600; color: var(--soft); }
.posts, .headlines { margin: 0; padding: 0; list-style: none; }
.posts > li { padding: 1rem 0; border-bottom: 1px solid var(--line); }
.posts h3 { margin: 0 0 .25rem; font: 600 1.125rem/1.45 var(--serif); }
.posts h3 a, .headlines > li > a { color: inherit; text-decoration: none; }
.posts h3 a:hover, .headlines > li > a:hover { text-decoration: underline; }
.posts h3 a:visited, .headlines > li > a:visited { color: var(--soft); }
.posts img { float: inline-end; width: 7rem; height: 4.65rem; margin: .25rem 0 .5rem 1rem; object-fit: cover; border-radius: .375rem; background: var(--line); }
.posts article::after { content: ""; display: block; clear: both; }
.excerpt { margin: .4rem 0 0; color: var(--ink); display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden; }
.also { margin-top: .4rem; font-size: .875rem; color: var(--soft); }
.also ul, .tags { display: inline-flex; flex-wrap: wrap; gap: .25rem .75rem; margin: 0; padding: 0; list-style: none; }
.sections { display: grid; gap: 1rem 2rem; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); }
.sections > section { display: grid; grid-row: span 4; grid-template-rows: subgrid; row-gap: 0; align-content: start; min-width: 0; }
.sections h2 { grid-row: 1; align-self: end; }
.sections .about { grid-row: 2; margin: .25rem 0; color: var(--soft); }
.sections .headlines { grid-row: 3; }
.sections .feeds { grid-row: 4; margin-block: .75rem 0; }
.sections h2 { margin: 1.5rem 0 .25rem; font: 700 1.25rem/1.4 var(--serif); }
.sections h2 a { text-decoration: none; line-height: inherit; }
.headlines > li { padding: .5rem 0; border-bottom: 1px solid var(--line); }
.headlines .meta { display: block; font-size: .8125rem; }
.views { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .5rem; margin: 1rem 0 0; padding: 0; border: 0; font-size: .875rem; }
.views legend { float: inline-start; padding: 0; margin-inline-end: .5rem; color: var(--soft); }
.views input { position: absolute; opacity: 0; width: 1.5rem; height: 1.5rem; margin: 0; }
.views label { padding: .15rem .6rem; border: 1px solid var(--line); border-radius: 1rem; color: var(--soft); cursor: pointer; }
.views input:checked + label { border-color: var(--accent); color: var(--accent); }
.views input:focus-visible + label { outline: .2rem solid var(--accent); outline-offset: .1rem; }
@supports not selector(:has(a)) { .views { display: none; } }
main:has(#view-compact:checked) .posts > li { padding: .35rem 0; }
main:has(#view-compact:checked) .posts article { display: flex; flex-wrap: wrap; gap: 0 .75rem; align-items: baseline; }
main:has(#view-compact:checked) .posts h3 { margin: 0; font-size: 1rem; }
main:has(#view-compact:checked) :is(.posts img, .excerpt, .also) { display: none; }
main:has(#view-cards:checked) .posts { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(13rem, 100%), 1fr)); margin-top: .75rem; }
main:has(#view-cards:checked) .posts > li { padding: 0; border: 1px solid var(--line); border-radius: .5rem; background: var(--card); overflow: hidden; }
main:has(#view-cards:checked) .posts article { display: flex; flex-direction: column; padding: .75rem 1rem 1rem; }
main:has(#view-cards:checked) .posts img { order: -1; float: none; width: calc(100% + 2rem); max-width: none; height: auto; aspect-ratio: 16 / 9; margin: -.75rem -1rem .75rem; border-radius: 0; }
.pager p { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; margin: 2rem 0 0; }
.post h1 { margin-top: 1.5rem; }
.post .body { margin-top: 1.5rem; font-size: 1.0625rem; }
.post .body:lang(zh), .post .body:lang(ja) { text-align: justify; line-height: 1.9; }
.post .body img, .post .body video, .post .body iframe { max-width: 100%; height: auto; border-radius: .375rem; }
.post .body iframe { width: 100%; aspect-ratio: 16 / 9; border: 0; }
.post .body pre { white-space: pre-wrap; padding: .75rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .375rem; line-height: 1.5; }
.post .body table { display: block; overflow-x: auto; border-collapse: collapse; }
.post .body td, .post .body th { padding: .25rem .6rem; border: 1px solid var(--line); overflow-wrap: break-word; }
.post .body blockquote { margin: 1rem 0; padding-inline-start: 1rem; border-inline-start: .2rem solid var(--line); color: var(--soft); }
.post footer { margin-top: 2rem; padding-top: .5rem; border-top: 1px solid var(--line); }
.media h2 { font-size: 1.0625rem; }
.media ul { padding-inline-start: 1.25rem; }
.media audio, .media video { display: block; max-width: 100%; margin-bottom: .25rem; }
.tags { margin-top: .5rem; font-size: .875rem; }
.rights { color: var(--soft); font-size: .875rem; }
@media print { header.site nav, footer.site, .feeds, .pager, .skip { display: none; } }
`;
