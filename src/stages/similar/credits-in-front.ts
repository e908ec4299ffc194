/** What may stand in front of a story: place, date, agency, names, the original headline? In Chinese, Japanese, Korean, English. */

/** Words before the mark of an agency dispatch: place, date, names. */
const CN_AGENCIES =
  '新华社|新华网|新华财经|中新社|中新网|中新经纬|中国新闻网|人民网|人民日报|央视网|央视新闻|央视财经|央广网|光明网|中国网|国际在线|环球网|环球时报|参考消息网?|观察者网|' +
  '财联社|财新网?|证券时报网?|证券时报|上海证券报|上证报|中国证券报|中证网|中国证券网|证券日报|第一财经|澎湃新闻|界面新闻|每日经济新闻|每经|格隆汇|智通财经|华尔街见闻|金十数据|' +
  '东方财富网?|同花顺|和讯网|新浪财经|新浪科技|网易财经|网易科技|腾讯财经|腾讯科技|凤凰网|搜狐|钛媒体|36氪|IT之家|快科技|北京商报|经济参考报|经济日报|21世纪经济报道|经济观察网|' +
  '路透社?|法新社|美联社|彭博社?|共同社|韩联社|塔斯社|中央社|德新社|俄新社|埃菲社|e公司|大公报|文汇报|央行|北青|新京报|' +
  '新華社|中國新聞網|人民日報|中新網|聯合報|自由時報|路透|彭博|法新社|美聯社|韓聯社';
const CN_AGENCY = new RegExp(
  `^(?:据|據)?(?:${CN_AGENCIES})(?:APP|App|客户端|客戶端|微博)?` +
    '(?:[^，。！？；:：丨｜|]{0,24}?)(?:电|電|讯|訊|消息|报道|報道|報導|快讯|快訊|获悉|獲悉|称|[丨｜|])(?:\\s*[（(][^）)]{0,60}[）)])?[\\s,，:：、—-]*',
  'u',
);
const MONTHS =
  'Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?';
const EN_DATE = `(?:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?,?\\s+)?(?:(?:${MONTHS})\\.?\\s+\\d{1,2}(?:st|nd|rd|th)?(?:,?\\s*\\d{4})?|\\d{1,2}(?:st|nd|rd|th)?\\s+(?:${MONTHS})\\.?(?:,?\\s*\\d{4})?)`;
const EN_NAME = "\\p{Lu}[\\p{L}.'’-]*(?:\\s+(?:(?:de|da|van|von|der|bin|al)\\s+)*\\p{Lu}[\\p{L}.'’-]*){1,3}";
const TIME =
  '\\d{1,2}\\s*[:：时時시]\\s*\\d{1,2}(?:\\s*[:：分분]\\s*\\d{0,2})?(?:\\s*[ap]\\.?m\\.?)?(?:\\s*(?:[A-Z]{2,4}\\b|秒))?';
const WEEKDAY =
  '(?:\\s*[（(]?(?:星期|周|週)?[一二三四五六日天月火水木金土월화수목금토일][）)]?|\\s*(?:MON|TUE|WED|THU|FRI|SAT|SUN)\\b)?';
/** With a year, month and day; or at least with a time of day. */
const CJK_DATE =
  `(?:\\d{4}\\s*[年년./-]\\s*\\d{1,2}\\s*[月월./-]\\s*\\d{1,2}\\s*[日일号號.]?${WEEKDAY}(?:[T\\s]*(?:上午|下午|午前|午後|오전|오후)?\\s*${TIME})?|` +
  `\\d{1,2}\\s*[月월/-]\\s*\\d{1,2}\\s*[日일号號]?${WEEKDAY}[T\\s]*(?:上午|下午|午前|午後|오전|오후)?\\s*${TIME}|\\d{1,2}月\\d{1,2}日(?=\\s*[|｜丨]))`;

/** Who did what to a text: what stands before a colon or a stroke. */
export const CREDIT_LABELS =
  '(?:文章|本文|图片|圖片|内容|信息|新闻|新聞|资料|資料|消息)?(?:来源|來源|稿源|出处|出處)|作者|作者署名|撰文|撰稿|文字|文|图|圖|图文|摄影|攝影|视频|编辑|編輯|编译|編譯|翻译|翻譯|责编|責編|责任编辑|責任編輯|主编|执行主编|值班编辑|值班主任|' +
  '审核|審核|审校|校对|校對|编审|监审|監審|监制|監製|记者|記者|通讯员|通訊員|特约撰稿|供稿|策划|制图|发布|發布|发布者|发布时间|發布時間|发表时间|發表時間|更新时间|更新時間|更新|时间|時間|日期|字号|字號|浏览|瀏覽|阅读|閱讀|阅读量|点击|點擊|评论|评论数|' +
  '标签|標籤|关键词|關鍵詞|分类|分類|栏目|欄目|转自|轉自|转载自|轉載自|原载|原載|首发|首發|微信公众号|公众号|' +
  '取材|取材・文|取材・執筆|写真|執筆|構成|翻訳|編集|聞き手|配信|更新日|公開日|投稿日|投稿者|出典|提供|作成|掲載|カテゴリ|カテゴリー|タグ|' +
  '기자|글|글쓴이|작성자|작성일|입력|수정|승인|등록|최종수정|기사입력|출처|사진|기자명|편집|발행일';
const TITLE_LABELS =
  '(?:文章|本文|新闻|新聞)?原(?:文)?(?:标题|標題|题目|題目|题|題)|原文タイトル|元のタイトル|元記事|原題|원제목?|원래\\s?제목|원문\\s?제목|원문|(?:original|source)\\s+(?:title|headline)|(?:title|headline)\\s+(?:in|of)\\s+the\\s+original';
/** A label that English sets before a name or a date. */
const EN_LABELS =
  '(?:first\\s+|last\\s+|originally\\s+)?(?:published|updated|posted|modified|created|written|reported|edited|reviewed|photographed|translated)';

const COLON = '\\s*[:：|｜丨/／＝=·]\\s*';
const VALUE = '[^\\s，。！？；,;!?|｜丨]{1,24}';
const ROLES =
  '(?:见习|見習|实习|實習|特约|特約|首席|资深|資深|本报|本報|驻外|总台|每经|每經)?(?:记者|記者|通讯员|通訊員|特派员|特派員|评论员|評論員|编辑|編輯|实习生|實習生|撰稿人|主播|编译|編譯)';
const HAN_NAME = '[\\p{Script=Han}·]{2,5}';

/** Marks before the first word. */
export const MARKS = /^[\s\p{P}\p{S}]+(?=[\p{L}\p{N}])/u;

/** What may stand before the story. Each pattern is tried at the start of the remaining text. */
export const HEADS: readonly RegExp[] = [
  // The original headline: a line, what a bracket holds, or what stands up to the next space.
  new RegExp(
    `^(?:${TITLE_LABELS})(?:\\s*[:：丨｜|]\\s*|(?=\\s*[《「『“"]))(?:《[^》]{1,120}》|「[^」]{1,120}」|“[^”]{1,160}”|[^\\n]{1,160}(?=\\n)|[^\\s]{1,80}(?=\\s))\\s*`,
    'iu',
  ),
  // A bracket in front holds an agency, a place, names or the original headline.
  /^(?:\[[^[\]\n]{1,60}\]|［[^］\n]{1,60}］|〔[^〕\n]{1,60}〕)[\s=＝:：—–-]*/u,
  new RegExp(
    `^[（(][^（）()\\n]{0,24}(?:${TITLE_LABELS}|published\\s+under|original(?:ly)?)[^（）()\\n]{0,200}[）)]\\s*`,
    'iu',
  ),
  /^[（(](?:[^（）()\n]{0,40}?(?:记者|記者|通讯员|電|电|讯|訊|报导|報導|更正|更新|本文|作者|来源|來源|编者按|編者按|编者注|编辑|編輯|视频|图|공동|연합|뉴스|통신|기자|ロイター|時事|共同|毎日|読売|朝日|産経)[^）)\n]{0,80})[）)][\s=＝:：—–-]*/u,
  new RegExp(`^(?:${CJK_DATE})(?:\\s+|$|(?=[\\p{L}]{2,8}${COLON}))[|｜丨·]?\\s*`, 'u'),
  new RegExp(
    `^[^，。！？；\\s（(【]{0,14}(?:${ROLES})\\s*[:：]?\\s+(?:${HAN_NAME}[\\s、]+){1,3}(?:[\\p{Script=Han}]{0,8}(?:报道|報道|報導|摄影|攝影|讯|訊|电|電|文)[\\s:：，]+)?`,
    'u',
  ),
  new RegExp(
    `^(?:${CREDIT_LABELS})(?:${COLON}(?:${CJK_DATE}|字|${VALUE})|\\s+${CJK_DATE})(?:\\s*[、,，]\\s*${VALUE})?(?:\\s+|$)`,
    'u',
  ),
  /^(?:字号|字號)\s*[:：]?\s*(?:[大中小]\s*){1,3}[|｜丨]?\s*/u,
  CN_AGENCY,
  // Any agency: up to 18 characters, a date, the mark of a dispatch.
  /^[^，。！？；,.!?]{0,18}\d{1,2}月\d{1,2}日(?:电|電|讯|訊|消息|报道|報道|報導|[丨｜|])\s*(?:[（(][^）)]{0,60}[）)])?[\s,，:：、—-]*/u,
  /^[据據][^，。！？]{2,24}(?:报道|報道|報導|消息|电|電)[\s,，:：]+/u,
  /^本(?:报|報|网|網|刊|台)[^，。！？]{0,16}(?:讯|訊|消息|报道|報道|報導|电|電)[\s,，:：]*/u,
  /^(?:快讯|快訊|突发|突發|最新|刚刚|剛剛|独家|獨家|更正|更新|重发|转载|轉載|原创|原創|视频|影片|图集|速報|独自|속보|단독)\s*[!！:：|丨｜-]+\s*/u,
  /^(?:编者按|編者按|编者注|編者註|编辑按|編按|編集部注|편집자\s?주)\s*[:：|丨｜][^。！？\n]{1,120}[。！？\n]\s*/u,
  /^[^，。！？；]{0,16}?(?:记者|記者|通讯员|通訊員|特派员|评论员|評論員)\s*[\p{Script=Han}·、 ]{2,12}?(?:报道|報道|報導|摄|攝|文)?\s*[:：]\s*/u,
  /^\d{1,2}月\d{1,2}日(?:讯|訊|电|電|消息)[\s,，:：]+/u,
  /^[\p{Script=Hangul}\s]{2,12}(?:기자|특파원|앵커|인턴기자)(?:\s+[\w.+-]+@[\w.-]+)?\s*(?:=|＝|\s)\s*/u,
  /^(?:取材|文|構成|執筆|写真|編集)(?:・(?:文|構成|写真|執筆))?\s*[:：/／＝]\s*[^\s。]{2,16}(?:\s+|$)/u,
  /^(?:TEXT|PHOTO(?:GRAPHS?)?|WORDS|IMAGES?)\s+BY\s+[^\s]{1,20}(?:\s[A-Z][A-Z]+)?\s+/u,
  new RegExp(
    `^(?:\\p{Lu}[\\p{L}.'’-]*[\\s,]+){0,6}(?:${EN_DATE}\\s*,?\\s*)?[(（][\\p{Lu}\\p{Ll}][\\p{L} .&/-]{1,30}[)）]\\s*[-–—:]+\\s*`,
    'u',
  ),
  new RegExp(`^\\p{Lu}[\\p{Lu} .'’-]{2,30}(?:,\\s*[\\p{L}. ]{2,24})?,\\s*${EN_DATE}\\s*[-–—:]+\\s*`, 'u'),
  /^\p{Lu}[\p{Lu} .'’-]{2,30}(?:,\s*[\p{L}. ]{2,24})?\s*[-–—]+\s+/u,
  /^By\s+(?:\p{Lu}[\p{L}.'’-]*\s+){2,4}(?:and\s+(?:\p{Lu}[\p{L}.'’-]*\s+){2,4})?(?=\p{Lu}{2,})/u,
  // A byline that ends with its line, with a stroke, or with a post.
  new RegExp(
    `^(?:by|written by|story by|words by|posted by)\\s+${EN_NAME}(?:,?\\s+and\\s+${EN_NAME})?(?:\\s*,\\s*[\\p{L} ]{2,30})?\\s*(?:\\n|[|·•–—]\\s|$)\\s*`,
    'iu',
  ),
  new RegExp(
    `^${EN_NAME}(?:\\s*,\\s*|\\s+and\\s+)(?:${EN_NAME})?,?\\s*(?:BBC|CNN|AP|AFP|PA|NPR|Reuters|Associated Press)(?:\\s+(?:News|Sport|Media))?\\s+`,
    'u',
  ),
  new RegExp(`^(?:${EN_LABELS})\\s+(?:on\\s+)?${EN_DATE}(?:\\s+(?:by|in)\\s+\\S{1,24})?\\s+`, 'iu'),
  new RegExp(
    `^(?:(?:${EN_LABELS})(?:\\s*(?:on|at|by|:))?\\s*)?${EN_DATE}(?:,?\\s*(?:at\\s+)?\\d{1,2}(?::\\d{2}){1,2}(?:\\s*[ap]\\.?m\\.?)?(?:\\s*[A-Z]{2,4}\\b)?|,?\\s*\\d{1,2}\\s*[ap]\\.?m\\.?)?(?:\\s+(?:by|in)\\s+\\S{1,24})?\\s*(?:\\n|[|·•–—]+\\s*|\\s(?=by\\s)|(?=\\s(?:${EN_LABELS}))|$)\\s*`,
    'iu',
  ),
  /^(?:\d{1,3}\s+min(?:ute)?s?\s+read|estimated reading time[^\n.]{0,24}|reading time\s*:?\s*\d{1,3}\s+min(?:ute)?s?)\s*[|·•.\n]?\s*/iu,
  // A sentence of the editors on where the text is from.
  /^(?:editor(?:'|’)?s?(?:'|’)?s?\s+note|note|disclosure|disclaimer)\s*[:–—-][^.!?\n]{1,240}[.!?\n]+\s*/iu,
  /^(?:\p{L}+\s+){0,2}(?:this|the following)\s+(?:is\s+a\s+guest\s+post|(?:story|article|post|piece|report|essay|interview)\s+(?:was|is|has|first|originally|appeared|comes|by))[^.!?\n]{1,200}[.!?\n]+\s*/iu,
  /^(?:(?:first|originally)\s+(?:published|posted|appeared)|(?:cross-?posted|reposted|republished|reprinted)\s+(?:from|by|with|at|on))\s[^.!?\n]{1,200}[.!?\n]+\s*/iu,
  /^\((?:corrects|updates|adds|recasts|refiles|clarifies|repeats|removes|fixes)\b[^)]{0,240}\)\s*/iu,
  /^(?:updated?(?:\s+\d{1,2})?|correct(?:ed|ion)|rpt|refile|exclusive|breaking(?:\s+news)?|watch|video|live|alert|just in)\s*[-–—:|]+\s*/iu,
  MARKS,
];
