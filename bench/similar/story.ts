/** What is a labelled pair of stories, and how are they dressed by those who send them on? */

export interface Story {
  readonly title: string;
  readonly text: string;
}

export type Half = 'tune' | 'held';
export type Language = 'zh' | 'en';

export interface Pair {
  readonly id: string;
  /** All pairs made from one story, template or column; a family is in one half only. */
  readonly family: string;
  readonly half: Half;
  readonly language: Language;
  /** How the second came from the first. */
  readonly kind: string;
  readonly duplicate: boolean;
  readonly a: Story;
  readonly b: Story;
}

export type Random = () => number;

export function pick<T>(random: Random, values: readonly T[]): T {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new Error('nothing to pick from');
  return value;
}

/** Several, all different. */
export function pickSome<T>(random: Random, values: readonly T[], count: number): readonly T[] {
  const left = [...values];
  return Array.from({ length: Math.min(count, left.length) }, () => {
    const [value] = left.splice(Math.floor(random() * left.length), 1);
    if (value === undefined) throw new Error('nothing to pick from');
    return value;
  });
}

type Dress = (story: Story) => Story;

const around =
  (before: string, after = '', title = (text: string) => text): Dress =>
  (story) => ({ title: title(story.title), text: before + story.text + after });

/** How a text looks when it comes through one sender or another. The halves know different senders. */
export const DRESSES: Readonly<Record<Half, Readonly<Record<Language, readonly Dress[]>>>> = {
  tune: {
    zh: [
      around('新华社北京12月24日电（记者王小雨、李强）'),
      around('财联社12月24日电，', '', (title) => `【${title}】`),
      around('中新网12月24日电 (记者 陈静) ', '(完)'),
      around('', ' （责任编辑：赵一鸣） 更多精彩内容，请下载本报客户端', (title) => `${title}_经济_示例网`),
      around('据新华社报道，', ' 阅读原文'),
      // Senders whose lines no rule knows.
      around('深度观察特约撰稿人小林发自上海 ', ' 值班主任：老周'),
      (story) => ({ title: story.title, text: `【${story.title}】证券时报网讯，${story.text}` }),
    ],
    en: [
      around('LONDON, Dec 24 (Reuters) - ', ' (Reporting by Jane Roe and Tom Ellis; Editing by Mark Hall)'),
      around('NEW YORK (AP) — '),
      around('', ' Read more at our website.', (title) => `${title} - Reuters`),
      around('', ' The post appeared first on Example Daily.', (title) => `UPDATE 1-${title}`),
      around('By Anna Stone PARIS, Dec 24 (AFP) - ', ' Copyright 2021 Example News.'),
      around('Our correspondent writes from Madrid: ', ' Our apps bring you more of this, day and night.'),
    ],
  },
  held: {
    zh: [
      around('人民财讯12月24日电，'),
      around('每经AI快讯，', ' 每日经济新闻'),
      around('央视网消息：', '（总台央视记者 孙丽）'),
      around(
        '【环球网综合报道 记者 高远】',
        ' 责编：周洁 版权作品，未经环球网书面授权，严禁转载，违者将被追究法律责任。',
      ),
      around('本报北京12月24日讯 记者马晨报道：', '（经济日报记者 马晨）', (title) => `${title}-示例新闻网`),
      around('首席观察员手记 发自江城 ', ' 值班编委 老郑'),
      around('钱江晚报·小时新闻记者 何炜 ', ' 来源：钱江晚报 作者：何炜', (title) => `滚动丨${title}`),
    ],
    en: [
      around('WASHINGTON, Dec. 24 (Xinhua) -- ', ' Enditem'),
      around('Staff Writers, Frankfurt ', ' For more stories like this, sign up for our newsletter.'),
      around('(Bloomberg) -- ', ' ©2021 Bloomberg L.P.', (title) => `BREAKING: ${title}`),
      around('', ' Additional reporting by PA Media', (title) => `${title} | The Example Times`),
      around('BERLIN (dpa) - ', ' [...]'),
    ],
  },
};

export function dressed(story: Story, half: Half, language: Language, random: Random): Story {
  return pick(random, DRESSES[half][language])(story);
}
