/** What may follow a story: credits, agency marks, rights, calls to follow, other stories? In Chinese, Japanese, Korean, English. */
import { CREDIT_LABELS } from './credits-in-front.ts';

/** Up to the end of the text, however many lines. */
const REST = '[^]{0,360}$';
/** Where a note may begin: a line, a word after white space, behind the end of a sentence. */
const START = '(?<=^|[\\s。！？!?.…”"」』】）)])';

const tail = (pattern: string, flags = ''): RegExp => new RegExp(pattern, `gu${flags}`);

/** Global: searched from where the story may end. */
export const TAILS: readonly RegExp[] = [
  // A bracket at the end that holds a credit, or hardly anything: an agency, a name.
  tail(
    '[（(【\\[［〔〈<]\\s*(?:完|了|终|終|끝|(?:[^）)】\\]］〕〉>\\n]{0,12}?(?:记者|記者|编辑|編輯|责编|責編|来源|來源|作者|出处|文章来源|转自|轉自|编译|编辑部|审校|校对|图|圖|文|摄|攝|提供|配信|사진|자료|기자|저작권|ⓒ|©)(?:\\s*[:：/／丨｜|=＝]?[^）)】\\]］〕〉>\\n]{0,80})))[）)】\\]］〕〉>][^。！？\\n]{0,120}$',
  ),
  tail('(?<=[。！？!?.」』”\\s])[（(【\\[［〔]\\s*[\\p{L}\\p{N}・·＝= 　]{1,12}[）)】\\]］〕]\\s*$'),
  tail(
    `${START}(?:${CREDIT_LABELS}|声明|聲明|免责声明|免責聲明|版权声明|版權聲明|风险提示|風險提示|特别声明|郑重声明|相关阅读|相關閱讀|相关新闻|相關新聞|推荐阅读|推薦閱讀|延伸阅读|延伸閱讀|更多阅读|往期回顾|精彩推荐|热门推荐|看更多|更多新聞|更多新闻|推薦新聞|原标题|原標題)(?:\\s*[:：丨｜|/／]|\\s*\\n)${REST}`,
  ),
  tail(
    `(?:阅读原文|閱讀原文|阅读全文|閱讀全文|查看原文|查看全文|查看更多|看更多|繼續閱讀|继续阅读|展开全文|点击进入|点击查看|点击关注|点击这里|點我|點擊|点此查看|更多精彩|更多内容|更多內容|敬请关注|敬請關注|欢迎关注|歡迎關注|关注我们|關注我們|请关注|加入我們|加入读者|粉絲團|粉丝团|按讚|扫码|掃碼|扫描|掃描|长按|欢迎点赞|欢迎订阅|歡迎訂閱|未经授权|未經授權|未经许可|未經許可|转载请|轉載請|转载须|严禁转载|嚴禁轉載|版权归|版權歸|版权所有|版權所有|本文首发|本文首發|本文转自|本文轉自|本文来自|本文來自|本文仅代表|本文僅代表|本文系|经.{1,12}授权|以上内容仅供参考|不构成投资建议)${REST}`,
  ),
  tail(
    `${START}[※▶►◆■●▼→【\\[<(]?\\s*(?:関連記事|関連リンク|関連ニュース|関連トピックス|あわせて読みたい|こちらも|続きを読む|続きは|もっと読む|全文を読む|無断転載|転載を禁|この記事は|フォロー|チャンネル登録|会員登録|詳しくはこちら|公式サイト|関連기사|관련기사|관련\\s?뉴스|관련\\s?링크|무단\\s?전재|저작권자|ⓒ|제보|구독|네이버에서|카카오톡|더\\s?보기|기사\\s?더|▶)${REST}`,
  ),
  // 김철수 기자 name@example.com
  tail('(?<=\\s|^)[\\p{Script=Hangul}]{2,4}\\s?(?:기자|특파원|앵커)(?:\\s*\\(?[\\w.+-]+@[\\w.-]+\\)?)?\\s*$'),
  tail('\\s\\(?[\\w.+-]+@[\\w-]+(?:\\.[\\w-]+)+\\)?\\s*$'),
  tail('\\((?:additional\\s+)?(?:reporting|writing|editing|compiled|edited|written)\\s+by\\s[^]{0,320}$', 'i'),
  tail(
    `${START}(?:Reporting|Additional reporting|Writing|Editing|Edited|Compiled|Translated|Photos?|Pictures?|Illustrations?)\\s+by:?\\s+\\p{Lu}${REST}`,
  ),
  tail('our standards:\\s*the thomson reuters[^]{0,120}$', 'i'),
  tail('the post\\s[^]{1,240}\\sappeared first on\\s[^]{1,120}$', 'i'),
  tail(
    `${START}(?:this\\s+(?:story|article|post|piece|report|essay)\\s+(?:was|is|has|first|originally|appeared|may|contains)|(?:originally|first)\\s+(?:published|posted|appeared)|(?:like|liked|love|enjoyed?|found)\\s+(?:this|what)\\b|about\\s+the\\s+(?:author|writer)s?\\b|share\\s+(?:this|on|it)\\b|tagged?\\s*:|filed\\s+under|tags\\s*:|posted\\s+in\\b|leave\\s+a\\s+(?:comment|reply)|join\\s+(?:us|our|the\\s+conversation)|via\\s*:|source\\s*:|image\\s*:|photo\\s*:|credits?\\s*:|more\\s+(?:from|on\\s+this|stories)\\b|enditem|ends?$)${REST}`,
    'i',
  ),
  tail(
    `(?:read\\s+(?:more|the\\s+(?:full|original|whole|rest)\\b)|continue\\s+reading|keep\\s+reading|click\\s+here|sign\\s+up\\s+(?:for|to)|subscribe\\s+(?:to|now)|follow\\s+(?:us|me|@|our)|download\\s+(?:our|the)\\s+app|related\\s*(?:articles?|stories|coverage|posts|reading|links?)?\\s*:|see\\s+also\\s*:|all\\s+rights\\s+reserved|copyright\\s+(?:©|\\(c\\)|\\d{4})|\\(c\\)\\s*\\p{L}|©)${REST}`,
    'i',
  ),
  // Cut off; the last word may be half a word.
  tail(
    `(?:[\\p{Script=Latin}\\p{Script=Cyrillic}\\p{Script=Greek}\\p{N}.,:'’-]*(?:\\.{3,}|…+)|[\\s([【（]+(?:\\.{3,}|…+|\\[…\\]|\\[\\.{3,}\\]))[\\s)\\]】）]*$`,
  ),
  tail('\\s+[([]?more[)\\]]?\\s*$', 'i'),
];
