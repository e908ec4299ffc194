/** Does the clock of the site show what a clock on its wall would? */
import { describe, expect, it } from 'vitest';
import { isoDay, isoTime, localParts } from '../../../src/syntax/date/local-time.ts';
import { languageKey, wordsOf } from '../../../src/stages/render/words.ts';

describe('localParts', () => {
  it.each([
    ['Asia/Shanghai', '2021-12-23T16:59:51Z', '2021-12-24 00:59:51 +0800'],
    ['Europe/Berlin', '2021-07-01T00:00:00Z', '2021-07-01 02:00:00 +0200'],
    ['Europe/Berlin', '2021-12-01T00:00:00Z', '2021-12-01 01:00:00 +0100'],
    ['Europe/Berlin', '2021-10-31T01:30:00Z', '2021-10-31 02:30:00 +0100'],
    ['America/St_Johns', '2021-01-01T00:00:00Z', '2020-12-31 20:30:00 -0330'],
    ['Asia/Kathmandu', '2021-01-01T00:00:00Z', '2021-01-01 05:45:00 +0545'],
    ['UTC', '1969-12-31T23:59:59Z', '1969-12-31 23:59:59 +0000'],
    // China kept summer time then.
    ['Asia/Shanghai', '1988-07-01T00:00:00Z', '1988-07-01 09:00:00 +0900'],
  ])('in %s at %s is %s', (zone, moment, shown) => {
    const at = localParts(Date.parse(moment), zone);
    expect(`${isoDay(at)} ${isoTime(at)} ${at.offset}`).toBe(shown);
  });
});

describe('the words for a date', () => {
  it.each([
    ['zh-CN', '2021年12月24日 星期五'],
    ['zh-Hant-TW', '2021年12月24日 星期五'],
    ['ja', '2021年12月24日(金)'],
    ['ko', '2021년 12월 24일 금요일'],
    ['de-AT', 'Freitag, 24. Dezember 2021'],
    ['fr', 'vendredi 24 décembre 2021'],
    ['es', 'viernes, 24 de diciembre de 2021'],
    ['en-GB', 'Friday, 24 December 2021'],
    ['pt', 'Friday, 24 December 2021'],
  ])('in %s are %s', (language, shown) => {
    const at = localParts(Date.parse('2021-12-23T16:59:51Z'), 'Asia/Shanghai');
    expect(wordsOf(language).date(at)).toBe(shown);
  });
});

describe('languageKey', () => {
  it.each([
    ['zh', 'zh'],
    ['zh-TW', 'zh-hant'],
    ['zh-Hant', 'zh-hant'],
    ['zh-Hans-HK', 'zh'],
    ['ZH-cn', 'zh'],
    ['zha', 'en'],
    ['', 'en'],
  ])('of %s is %s', (language, key) => {
    expect(languageKey(language)).toBe(key);
  });
});
