/** Which parts of an entry's text are not the story: agency, author, links to more? */

/** Only this much at both ends of a text is searched for boilerplate. */
const HEAD_LENGTH = 320;
const TAIL_LENGTH = 420;
/** Boilerplate may have several layers; at most this many are removed. */
const MOST_ROUNDS = 5;
/** A headline in brackets is removed if at least this much text follows. */
const ENOUGH_TEXT = 16;

/** Words before the mark of an agency dispatch: place, date, names. */
const CN_AGENCIES =
  '新华社|新华网|新华财经|中新社|中新网|中新经纬|中国新闻网|人民网|人民日报|央视网|央视新闻|央视财经|央广网|光明网|中国网|国际在线|环球网|环球时报|参考消息网?|观察者网|' +
  '财联社|财新网?|证券时报网?|证券时报|上海证券报|上证报|中国证券报|中证网|中国证券网|证券日报|第一财经|澎湃新闻|界面新闻|每日经济新闻|每经|格隆汇|智通财经|华尔街见闻|金十数据|' +
  '东方财富网?|同花顺|和讯网|新浪财经|新浪科技|网易财经|网易科技|腾讯财经|腾讯科技|凤凰网|搜狐|钛媒体|36氪|IT之家|快科技|北京商报|经济参考报|经济日报|21世纪经济报道|经济观察网|' +
  '路透社?|法新社|美联社|彭博社?|共同社|韩联社|塔斯社|中央社|德新社|俄新社|埃菲社|e公司|大公报|文汇报|央行|北青|新京报';
const CN_AGENCY = new RegExp(
  `^(?:据)?(?:${CN_AGENCIES})(?:APP|App|客户端|微博)?` +
    '(?:[^，。！？；:：丨｜|]{0,24}?)(?:电|讯|消息|报道|快讯|获悉|称|[丨｜|])(?:[（(][^）)]{0,60}[）)])?[\\s,，:：、—-]*',
  'u',
);
const MONTHS =
  'Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?';
const EN_DATE = `(?:${MONTHS})\\.?\\s+\\d{1,2}(?:,\\s*\\d{4})?`;

/** What may stand before the story. Each pattern is tried at the start of the remaining text. */
const HEADS: readonly RegExp[] = [
  /^[\s\p{P}\p{S}]+(?=[\p{L}\p{N}])/u,
  CN_AGENCY,
  // Any agency: up to 18 characters, a date, the mark of a dispatch.
  /^[^，。！？；,.!?]{0,18}\d{1,2}月\d{1,2}日(?:电|讯|消息|报道|[丨｜|])\s*(?:[（(][^）)]{0,60}[）)])?[\s,，:：、—-]*/u,
  /^据[^，。！？]{2,24}(?:报道|消息|电)[\s,，:：]+/u,
  /^本(?:报|网|刊|台)[^，。！？]{0,16}(?:讯|消息|报道|电)[\s,，:：]*/u,
  /^(?:快讯|突发|最新|刚刚|独家|更正|更新|重发|转载|原创|视频|图集)\s*[!！:：|丨｜-]+\s*/u,
  /^[（(](?:记者|本报记者|更正|更新|本文|原标题|作者|来源|编者按|视频|图)[^）)]{0,80}[）)]\s*/u,
  /^[^，。！？；]{0,16}?(?:记者|通讯员|特派员|评论员)\s*[\p{Script=Han}·、 ]{2,12}?(?:报道|摄|文)?\s*[:：]\s*/u,
  /^[^，。！？；\s]{0,14}(?:记者|通讯员)\s+\p{Script=Han}{2,4}\s+/u,
  /^(?:记者|作者|来源|编辑|文)\s*[:：丨｜|/]\s*[^\s，。]{1,16}\s+/u,
  new RegExp(
    `^(?:\\p{Lu}[\\p{L}.'’-]*[\\s,]+){0,6}(?:${EN_DATE}\\s*,?\\s*)?[(（][\\p{Lu}][\\p{L} .&/-]{1,30}[)）]\\s*[-–—:]+\\s*`,
    'u',
  ),
  new RegExp(`^\\p{Lu}[\\p{Lu} .'’-]{2,30}(?:,\\s*[\\p{L}. ]{2,24})?,\\s*${EN_DATE}\\s*[-–—:]+\\s*`, 'u'),
  /^\p{Lu}[\p{Lu} .'’-]{2,30}(?:,\s*[\p{L}. ]{2,24})?\s*[-–—]+\s+/u,
  /^By\s+(?:\p{Lu}[\p{L}.'’-]*\s+){2,4}(?:and\s+(?:\p{Lu}[\p{L}.'’-]*\s+){2,4})?(?=\p{Lu}{2,})/u,
  /^\((?:corrects|updates|adds|recasts|refiles|clarifies|repeats|removes|fixes)\b[^)]{0,240}\)\s*/iu,
  /^(?:updated?(?:\s+\d{1,2})?|correct(?:ed|ion)|rpt|refile|exclusive|breaking(?:\s+news)?|watch|video|live|alert|just in)\s*[-–—:|]+\s*/iu,
];

/** What may follow the story, up to the end of the text. Tried only on the last part. */
const TAILS: readonly RegExp[] = [
  /[（(]\s*(?:完|记者|本报记者|责任编辑|责编|编辑|来源|文章来源|作者|文|图|总台记者|转自|编译|审校)(?:\s*[:：/丨｜|][^）)]{0,80}|\s+[^）)]{0,60})?[）)]\s*[^。！？]{0,120}$/u,
  /(?:^|[\s。！？”」】])(?:责任编辑|责编|编辑|审核|校对|编审|监制|来源|图片来源|文章来源|本文来源|作者|撰文|原标题|免责声明|版权声明|声明|风险提示|相关阅读|推荐阅读|延伸阅读)\s*[:：丨｜|].{0,320}$/u,
  /(?:阅读原文|阅读全文|查看原文|查看全文|查看更多|展开全文|点击进入|点击查看|点此查看|更多精彩|更多内容请|敬请关注|欢迎关注|扫码关注|扫描二维码|未经授权|未经许可|转载请注明|转载须注明|本文首发|本文转自|以上内容仅供参考|不构成投资建议).{0,320}$/u,
  /\((?:additional\s+)?(?:reporting|writing|editing|compiled|edited|written)\s+by\s.{0,320}$/iu,
  /(?:^|[\s.!?”"])(?:Reporting|Additional reporting|Writing|Editing)\s+by\s+\p{Lu}.{0,320}$/u,
  /our standards:\s*the thomson reuters.{0,120}$/iu,
  /the post\s.{1,240}\sappeared first on\s.{1,120}$/iu,
  /(?:read (?:more|the full (?:story|article|report))|continue reading|keep reading|click here (?:to|for)|sign up (?:for|to)|subscribe (?:to|now)|follow us on|related (?:articles?|stories|coverage)\s*:|see also\s*:|all rights reserved|copyright (?:©|\(c\)|\d{4})|©).{0,320}$/iu,
  /[\s([【（]*(?:\.{3,}|…+|\[…\]|more)[\s)\]】）]*$/iu,
];

/** What may stand before the actual headline. */
const TITLE_HEADS: readonly RegExp[] = [
  /^[【[（(](?:快讯|突发|最新|独家|重磅|更正|更新|图集|视频|要闻)[】\]）)]\s*/u,
  ...HEADS.slice(0, 1),
  /^(?:快讯|突发|最新|刚刚|独家|重磅|更正|更新|重发|图集|视频|滚动|观察|要闻|财经)\s*[!！:：]+\s*/u,
  /^[^\s丨｜|]{2,5}[丨｜|]\s*/u,
  /^(?:update\s*\d*|updated|corrected|correction|rpt|refile|exclusive|breaking(?:\s+news)?|watch|video|live|alert|just in)\s*[-–—:|]+\s*/iu,
];
/** Name and section of the site, after a separator. */
const TITLE_TAILS: readonly RegExp[] = [
  /\s*[|｜丨]\s*[^|｜丨]{2,32}$/u,
  /\s+[-–—]\s+[^-–—]{2,32}$/u,
  /[_-]{1,2}[^_\s-]{2,12}$/u,
  /\s*[（(](?:图|组图|视频|附股|更新|更正|快讯)[）)]$/u,
];

/** The headline without marks of urgency, kind and agency. */
export function storyTitle(title: string): string {
  const short = title.trim();
  const rest = withoutEnds(withoutStarts(short, TITLE_HEADS), TITLE_TAILS);
  // Most of the headline must remain: it may consist of such marks.
  return 2 * rest.length < short.length ? short : rest;
}

/** The text without dispatch lines, credits, links to more and marks of truncation. */
export function storyText(text: string): string {
  const trimmed = text.trim();
  const head = withoutStarts(trimmed.slice(0, HEAD_LENGTH), HEADS, withoutHeadline);
  const body = head + trimmed.slice(HEAD_LENGTH);
  const cut = Math.max(0, body.length - TAIL_LENGTH);
  return body.slice(0, cut) + withoutEnds(body.slice(cut), TAILS);
}

/** 【…】 before a short news item repeats its headline. */
function withoutHeadline(text: string): string {
  const match = /^【[^】]{1,80}】\s*/u.exec(text);
  return match !== null && text.length - match[0].length >= ENOUGH_TEXT ? text.slice(match[0].length) : text;
}

function withoutStarts(text: string, patterns: readonly RegExp[], first?: (text: string) => string): string {
  let rest = text;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const before = rest;
    if (first !== undefined) rest = first(rest);
    for (const pattern of patterns) rest = rest.replace(pattern, '');
    if (rest === before) break;
  }
  return rest;
}

function withoutEnds(text: string, patterns: readonly RegExp[]): string {
  let rest = text;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const before = rest;
    for (const pattern of patterns) rest = rest.replace(pattern, '').trimEnd();
    if (rest === before) break;
  }
  return rest;
}
