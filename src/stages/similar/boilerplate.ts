/** Which parts of an entry's text are not the story: agency, author, original headline, links to more? */
import { TAILS } from './credits-behind.ts';
import { HEADS, MARKS } from './credits-in-front.ts';

/** Only this much at both ends of a text is searched for boilerplate. */
const HEAD_LENGTH = 320;
const TAIL_LENGTH = 420;
/** Boilerplate may have several layers; at most this many are removed. */
const MOST_ROUNDS = 6;
/** At least this share of a text is the story: a pattern that would leave less takes nothing. */
const LEAST_SHARE = 0.5;
/** A headline in brackets is removed if at least this much text follows. */
const ENOUGH_TEXT = 16;

/** What may stand before the actual headline. */
const TITLE_HEADS: readonly RegExp[] = [
  /^[【[［（(](?:快讯|快訊|突发|突發|最新|独家|獨家|重磅|更正|更新|图集|圖集|视频|影片|要闻|要聞|速報|独自|속보|단독)[】\]］）)]\s*/u,
  MARKS,
  /^(?:快讯|快訊|突发|突發|最新|刚刚|剛剛|独家|獨家|重磅|更正|更新|重发|图集|视频|滚动|观察|要闻|财经|速報|속보|단독)\s*[!！:：]+\s*/u,
  /^[^\s丨｜|]{2,5}[丨｜|]\s*/u,
  /^(?:update\s*\d*|updated|corrected|correction|rpt|refile|exclusive|breaking(?:\s+news)?|watch|video|live|alert|just in)\s*[-–—:|]+\s*/iu,
];
/** Name and section of the site, after a separator; what has a number is part of a series. */
const TITLE_TAILS: readonly RegExp[] = [
  /(?<!\s)\s*[|｜丨]\s*[^|｜丨]{2,32}$/u,
  /(?<!\s)\s+[-–—]\s+[^-–—\d]{2,32}$/u,
  /[_-]{1,2}[^_\s-]{2,12}$/u,
  /\s*[（(](?:图|圖|组图|組圖|视频|影|附股|更新|更正|快讯)[）)]$/u,
];

/** The headline without marks of urgency, kind and agency. */
export function storyTitle(title: string): string {
  const whole = title.trim();
  let rest = whole;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const before = rest;
    for (const pattern of [...TITLE_HEADS, ...TITLE_TAILS]) rest = rest.replace(pattern, '');
    if (rest === before) break;
  }
  // Most of the headline must remain: it may consist of such marks.
  return rest.length < LEAST_SHARE * whole.length ? whole : rest;
}

/**
 * The text without dispatch lines, credits, original headlines, links to more and marks of truncation, at either end.
 *
 * @param text  visible text; its lines, if any, show where a credit ends
 */
export function storyText(text: string): string {
  const whole = text.trim();
  const least = LEAST_SHARE * whole.length;
  const withoutFront = withoutHeads(whole, least);
  return withoutTails(withoutFront, least);
}

function withoutHeads(text: string, least: number): string {
  let rest = text;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const before = rest;
    for (const pattern of [HEADLINE_IN_BRACKETS, ...HEADS]) {
      const taken = pattern.exec(rest.slice(0, HEAD_LENGTH))?.[0].length ?? 0;
      const mayGo =
        pattern === HEADLINE_IN_BRACKETS ? rest.length - taken >= ENOUGH_TEXT : rest.length - taken >= least;
      if (taken > 0 && mayGo) rest = rest.slice(taken);
    }
    if (rest === before) break;
  }
  return rest;
}

/** 【…】 before a short news item repeats its headline. */
const HEADLINE_IN_BRACKETS = /^【[^】]{1,80}】\s*/u;

function withoutTails(text: string, least: number): string {
  let rest = text;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const before = rest;
    for (const pattern of TAILS) {
      pattern.lastIndex = Math.max(0, Math.ceil(least), rest.length - TAIL_LENGTH);
      const found = pattern.exec(rest);
      if (found !== null) rest = rest.slice(0, found.index).trimEnd();
    }
    if (rest === before) break;
  }
  return rest;
}
