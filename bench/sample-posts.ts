/** Posts as they come in life, made up: for measuring, always the same. */
import type { Post } from '../src/model/post.ts';

const CHARACTERS =
  '的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取完据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严';
const WORDS =
  'the of market and to price in is that for it as was with be by policy on not central bank this have from or energy had an index they one you rates were all there would their we been who more if out so said what about minister into than report only other time new some could these may then do any election research quarter'.split(
    ' ',
  );

/** mulberry32: small, even, repeatable. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Half in Chinese, half in English, some 2.5 kB each; newest first. */
export function samplePosts(count: number): Post[] {
  return Array.from({ length: count }, (_, number) => {
    const next = random(number + 1);
    const sentence = number % 2 === 0 ? chinese : english;
    const paragraphs = Array.from({ length: 4 + Math.floor(next() * 5) }, () => {
      const text = Array.from({ length: 3 }, () => sentence(next)).join('');
      return `<p>${text} <a href="https://origin.example/p/${number}?a=1&amp;b=2">${sentence(next)}</a></p>`;
    });
    const at = Date.UTC(2026, 10, 23, 12) - number * 900_000;
    return {
      id: ((BigInt(number + 1) * 0x9e37_79b9_7f4a_7c15n) & 0xffff_ffff_ffff_ffffn).toString(16).padStart(16, '0'),
      source: {
        id: `source-${number % 7}`,
        title: `源 ${number % 7}`,
        url: 'https://origin.example/',
        feedUrl: `https://origin.example/${number % 7}.xml`,
      },
      guid: `guid-${number}`,
      url: `https://origin.example/p/${number}?a=1&b=2`,
      title: sentence(next).slice(0, 60),
      content: `<figure><img src="https://origin.example/${number}.jpg" alt=""></figure>\n${paragraphs.join('\n')}`,
      summary: `<p>${sentence(next)}</p>`,
      authors: [{ name: '新华社' }],
      publishedAt: at,
      updatedAt: at,
      firstSeenAt: at,
      categories: ['news'],
      tags: ['股票', 'markets', `tag ${number % 9}`],
      image: `https://origin.example/${number}.jpg`,
      enclosures: [],
      revision: 1,
      alsoFrom: [],
    };
  });
}

function chinese(next: () => number): string {
  const length = 18 + Math.floor(next() * 30);
  return `${Array.from({ length }, () => CHARACTERS[Math.floor(next() * CHARACTERS.length)]).join('')}。`;
}

function english(next: () => number): string {
  const length = 10 + Math.floor(next() * 14);
  return `${Array.from({ length }, () => WORDS[Math.floor(next() * WORDS.length)]).join(' ')}. `;
}
