/** Which parts of a text change by themselves: counters, relative times, advertisements? */
import { htmlToLines } from './text.ts';
import { visibleLines } from './visible-lines.ts';
import { collapsed } from '../text/white-space.ts';

/** Separates the parts of a line such as `1,234 views · 12 comments · 3 hours ago`. */
const SEPARATOR = /(?<!\s)\s*[·•|｜¦]\s*|(?<!\s)\s+[-–—/]\s+/u;
/** Whether there is a separator: faster, because it is not tried at each white space. */
const HAS_SEPARATOR = /[·•|｜¦]|\s[-–—/]\s/u;
/** The words after the last full stop of a line, such as `The text. 12 comments`. */
const LAST_WORDS = /(?:[.!?…][)"'”’]*\s+|[。！？][”’」』）]*\s*)(?<last>[^.!?…。！？]{1,40})$/u;

const COUNT = String.raw`\d[\d,.]*\s*(?:k|m|万|亿|千)?\+?`;
const EN_COUNTED =
  'views?|reads?|visits?|hits?|comments?|replies|reply|responses?|likes?|shares?|votes?|upvotes?|points?|reactions?|retweets?|reposts?|favou?rites?|bookmarks?|followers?|subscribers?|downloads?|plays?|claps?';
const ZH_COUNTED =
  '阅读|閱讀|浏览|瀏覽|查看|点击|點擊|评论|評論|回复|回覆|跟帖|点赞|點讚|赞|讚|喜欢|收藏|转发|轉發|分享|播放|下载|下載|热度|人气|关注|訂閱|订阅|参与|投票|围观';
/** A part of a line that is only a counter. */
const COUNTER = new RegExp(
  [
    `^[(（\\[【]?\\s*(?:no|${COUNT})\\s*(?:${EN_COUNTED})\\s*[)）\\]】]?$`,
    `^#?\\s*(?:${EN_COUNTED})\\s*(?:count)?\\s*[:：(（]?\\s*${COUNT}\\s*[)）]?$`,
    `^[(（\\[【]?\\s*${COUNT}\\s*(?:人|次|条|條|个|個|则|則|位)?\\s*(?:已|人|参与|參與)?\\s*(?:${ZH_COUNTED})(?:数|量|次数|過|过)?\\s*[)）\\]】]?$`,
    `^(?:${ZH_COUNTED})(?:数|量|次数|人数)?\\s*[:：(（\\[]?\\s*${COUNT}\\s*(?:次|人|条|條)?\\s*[)）\\]]?$`,
  ].join('|'),
  'iu',
);
/** A part of a line that is only the label of an advertisement. */
const AD_LABEL =
  /^[[(【（]?\s*(?:advertisement|advert|ad|ads|sponsored(?: content| post)?|promoted|广告|廣告|推广|推廣|赞助内容)\s*[\])】）:：]?$/iu;
const RELATIVE_TIME =
  /(?:\b(?:about\s+)?(?:\d+|an?|one|two|three|few|a few)\s+(?:second|sec|minute|min|hour|hr|day|week|month|year)s?\s+ago\b|\bjust now\b|\bmoments ago\b|(?:约|大约)?\d+\s*(?:秒|分钟|分鐘|分|小时|小時|天|周|週|个月|個月|月|年)(?:钟|鐘)?(?:之)?前|刚刚(?=\s|$|发布|更新)|剛剛(?=\s|$|發布|更新))/giu;
/** Words that each of them contains, so that a line with only a digit is not searched for them. */
const MAY_TELL_TIME = /ago|now|前|刚刚|剛剛/iu;

/** The text of an HTML fragment in one line, without counters, relative times and advertisements. */
export function withoutVolatileHtml(html: string): string {
  return withoutVolatileLines(htmlToLines(withoutAdSlots(html)));
}

/** The same for markup whose lines are needed elsewhere too. */
export function withoutVolatileMarkup(markup: { readonly html: string }): string {
  const html = withoutAdSlots(markup.html);
  return withoutVolatileLines(html === markup.html ? visibleLines(markup) : htmlToLines(html));
}

function withoutVolatileLines(lines: string): string {
  return collapsed(lines.split('\n').map(withoutVolatileText).join(' '));
}

/** A counter in brackets at either end of a title, an arrow with votes, or a counter behind the words. */
const LAST_IN_BRACKETS = /(?<!\s)\s*[(（[【]([^()（）[\]【】]{1,40})[)）\]】]\s*$/u;
const FIRST_IN_BRACKETS = /^\s*[(（[【]\s*(\d[\d,.]*\s*(?:k|m|万)?\+?)\s*[)）\]】]\s+(?=\S)/iu;
const VOTES = /(?:^|\s)[▲△▼▽⬆↑👍❤♥★☆💬]\ufe0f?\s*\d[\d,.]*\s*(?:k|m|万)?(?=\s|$)/giu;
const LAST_COUNTER = new RegExp(
  `\\s+((?:${ZH_COUNTED})(?:数|量|次数|人数)?\\s*[:：]?\\s*${COUNT}|${COUNT}\\s*(?:人|次|条|條|个|個)?\\s*(?:${ZH_COUNTED}))\\s*$`,
  'iu',
);

/** A title without the counters that sites write into it: `Comic 12 (27 comments)`, `▲ 57`, `(4) Inbox`, `… 阅读 2345`. */
export function withoutTitleCounters(title: string): string {
  if (!/\d/.test(title)) return title;
  let words = title.replace(VOTES, ' ').replace(FIRST_IN_BRACKETS, '');
  for (let round = 0; round < 3; round += 1) {
    const bracketed = LAST_IN_BRACKETS.exec(words);
    const last = bracketed !== null && COUNTER.test((bracketed[1] ?? '').trim()) ? bracketed : LAST_COUNTER.exec(words);
    if (last === null) break;
    words = words.slice(0, last.index);
  }
  const left = words.trim();
  return left === '' ? title : collapsed(left);
}

/** A line of plain text, such as a title, its white space collapsed, without counters and relative times. */
export function withoutVolatileText(line: string): string {
  const timeless = withoutTitleCounters(MAY_TELL_TIME.test(line) ? line.replace(RELATIVE_TIME, '') : line);
  if (!HAS_SEPARATOR.test(timeless)) return isVolatile(timeless) ? '' : withoutLastCounter(timeless);
  const parts = timeless.split(SEPARATOR);
  return parts.some(isVolatile) ? parts.filter((part) => !isVolatile(part)).join(' ') : timeless;
}

function withoutLastCounter(line: string): string {
  if (!/\d/u.test(line.slice(-MAX_VOLATILE_LENGTH))) return line;
  const last = LAST_WORDS.exec(line)?.groups?.['last'];
  return last !== undefined && isVolatile(last) ? line.slice(0, -last.length).trimEnd() : line;
}

/** Longer parts of a line are not tested; no counter is that long. */
const MAX_VOLATILE_LENGTH = 40;

function isVolatile(part: string): boolean {
  const short = part.trim();
  return (
    short.length <= MAX_VOLATILE_LENGTH && ((MAY_COUNT.test(short) && COUNTER.test(short)) || AD_LABEL.test(short))
  );
}

/** A feature of every counter, so that most parts are rejected quickly. */
const MAY_COUNT = /\d|no/iu;

const MAY_HAVE_SLOT =
  /(?:class|id)\s*=\s*["'][^"']*(?:\bads?\b|[-_ "']ads?[-_ "']|advert|adsbygoogle|sponsor|feedflare)/iu;
/** Opening tag of an element whose class or id marks an advertisement. */
const SLOT_CLASS =
  /\s(?:class|id)\s*=\s*["'](?:[^"']*[\s_-])?(?:ads?|advert(?:s|isement|isements|ising)?|adsbygoogle|adslot|ad-?(?:box|slot|container|wrapper|unit|banner)|sponsor(?:ed|ship)?|feedflare)(?:[\s_-][^"']*)?["']/iu;
const TAG = /<(\/?)([a-z][a-z0-9]*)\b([^<>]*)>/giu;
const VOID = new Set(['br', 'hr', 'img', 'input', 'link', 'meta', 'source', 'wbr', 'area', 'col', 'embed', 'param']);

/** Leaves out elements whose class or id marks an advertisement. An element without an end tag hides nothing. */
function withoutAdSlots(html: string): string {
  if (!MAY_HAVE_SLOT.test(html)) return html;
  let kept = '';
  let from = 0;
  let slot: { readonly name: string; readonly start: number; depth: number } | undefined;
  for (const match of html.matchAll(TAG)) {
    const [whole, slash, written = '', attributes = ''] = match;
    const name = written.toLowerCase();
    if (VOID.has(name) || attributes.endsWith('/')) continue;
    if (slot === undefined) {
      if (slash === '' && SLOT_CLASS.test(attributes)) slot = { name, start: match.index, depth: 1 };
    } else if (slot.name === name) {
      slot.depth += slash === '' ? 1 : -1;
      if (slot.depth === 0) {
        kept += `${html.slice(from, slot.start)} `;
        from = match.index + whole.length;
        slot = undefined;
      }
    }
  }
  return kept + html.slice(from);
}
