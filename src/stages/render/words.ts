/** Which texts do pages, exports and feeds have in each language? */
import type { DateParts } from '../../syntax/date/local-time.ts';

export interface Words {
  readonly home: string;
  readonly backHome: string;
  readonly backTo: (title: string) => string;
  /** Between the two links at the foot of an exported post. */
  readonly separator: string;
  readonly skipToContent: string;
  readonly categories: string;
  readonly feeds: string;
  readonly subscriptions: string;
  readonly sources: string;
  readonly tags: string;
  readonly everything: string;
  readonly source: string;
  readonly by: string;
  readonly readOriginal: string;
  readonly alsoIn: string;
  readonly updated: string;
  readonly rights: string;
  readonly attachments: string;
  readonly older: string;
  readonly newest: string;
  readonly nothingYet: string;
  /** What the choice of a view is called, and the views. */
  readonly view: string;
  readonly listView: string;
  readonly compactView: string;
  readonly cardView: string;
  readonly notFound: string;
  readonly notFoundText: string;
  readonly thisIsAFeed: string;
  readonly pageForPeople: string;
  readonly date: (parts: DateParts) => string;
  readonly dateTime: (parts: DateParts) => string;
  /** For narrow places: without year and weekday. */
  readonly shortDateTime: (parts: DateParts) => string;
}

export type LanguageKey = 'zh' | 'zh-hant' | 'ja' | 'ko' | 'de' | 'fr' | 'es' | 'en';

/** The language of texts for a language tag; English for languages that we do not have. */
export function languageKey(language: string): LanguageKey {
  const tag = language.toLowerCase();
  if (/^zh(?:-|$)/u.test(tag)) return /-hant\b|^(?!.*-hans\b).*-(?:tw|hk|mo)\b/u.test(tag) ? 'zh-hant' : 'zh';
  const primary = tag.split('-')[0];
  return primary === 'ja' || primary === 'ko' || primary === 'de' || primary === 'fr' || primary === 'es'
    ? primary
    : 'en';
}

export function wordsOf(language: string): Words {
  return WORDS[languageKey(language)];
}

const two = (value: number): string => String(value).padStart(2, '0');
const time = ({ hour, minute }: DateParts): string => `${two(hour)}:${two(minute)}`;
const zone = ({ offset }: DateParts): string => `UTC${offset.slice(0, 3)}:${offset.slice(3)}`;
const pick = (names: string, index: number): string => names.split(' ')[index] ?? '';

const hanDate =
  (week: string, days: string) =>
  (at: DateParts): string =>
    `${at.year}年${at.month}月${at.day}日 ${week}${days[at.weekday] ?? ''}`;

const zhDate = hanDate('星期', '日一二三四五六');
const jaDate = (at: DateParts): string => `${at.year}年${at.month}月${at.day}日(${'日月火水木金土'[at.weekday] ?? ''})`;
const koDate = (at: DateParts): string =>
  `${at.year}년 ${at.month}월 ${at.day}일 ${'일월화수목금토'[at.weekday] ?? ''}요일`;
const enDate = (at: DateParts): string =>
  `${pick('Sunday Monday Tuesday Wednesday Thursday Friday Saturday', at.weekday)}, ${at.day} ${pick(
    'January February March April May June July August September October November December',
    at.month - 1,
  )} ${at.year}`;
const deDate = (at: DateParts): string =>
  `${pick('Sonntag Montag Dienstag Mittwoch Donnerstag Freitag Samstag', at.weekday)}, ${at.day}. ${pick(
    'Januar Februar März April Mai Juni Juli August September Oktober November Dezember',
    at.month - 1,
  )} ${at.year}`;
const frDate = (at: DateParts): string =>
  `${pick('dimanche lundi mardi mercredi jeudi vendredi samedi', at.weekday)} ${at.day === 1 ? '1er' : at.day} ${pick(
    'janvier février mars avril mai juin juillet août septembre octobre novembre décembre',
    at.month - 1,
  )} ${at.year}`;
const esDate = (at: DateParts): string =>
  `${pick('domingo lunes martes miércoles jueves viernes sábado', at.weekday)}, ${at.day} de ${pick(
    'enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre',
    at.month - 1,
  )} de ${at.year}`;

const withTime =
  (date: (at: DateParts) => string) =>
  (at: DateParts): string =>
    `${date(at)} ${time(at)} (${zone(at)})`;

const WORDS: Readonly<Record<LanguageKey, Words>> = {
  zh: {
    home: '首页',
    backHome: '返回首页',
    backTo: (title) => `返回${title}`,
    separator: '｜',
    skipToContent: '跳到正文',
    categories: '分类',
    feeds: '订阅',
    subscriptions: '全部订阅 (OPML)',
    sources: '来源列表 (OPML)',
    tags: '标签',
    everything: '全部',
    source: '来源',
    by: '作者',
    readOriginal: '阅读原文',
    alsoIn: '另见',
    updated: '更新于',
    rights: '版权',
    attachments: '附件',
    older: '更早的文章',
    newest: '最新文章',
    nothingYet: '还没有文章。',
    view: '视图',
    listView: '列表',
    compactView: '紧凑',
    cardView: '卡片',
    notFound: '没有这个页面',
    notFoundText: '这个地址没有内容：文章可能已过期，或地址有误。',
    thisIsAFeed: '这是一个订阅源：把地址栏中的地址复制到阅读器即可订阅。',
    pageForPeople: '网页：',
    date: zhDate,
    dateTime: withTime(zhDate),
    shortDateTime: (at) => `${at.month}月${at.day}日 ${time(at)}`,
  },
  'zh-hant': {
    home: '首頁',
    backHome: '返回首頁',
    backTo: (title) => `返回${title}`,
    separator: '｜',
    skipToContent: '跳到正文',
    categories: '分類',
    feeds: '訂閱',
    subscriptions: '全部訂閱 (OPML)',
    sources: '來源列表 (OPML)',
    tags: '標籤',
    everything: '全部',
    source: '來源',
    by: '作者',
    readOriginal: '閱讀原文',
    alsoIn: '另見',
    updated: '更新於',
    rights: '版權',
    attachments: '附件',
    older: '更早的文章',
    newest: '最新文章',
    nothingYet: '還沒有文章。',
    view: '檢視',
    listView: '列表',
    compactView: '緊湊',
    cardView: '卡片',
    notFound: '沒有這個頁面',
    notFoundText: '這個地址沒有內容：文章可能已過期，或地址有誤。',
    thisIsAFeed: '這是一個訂閱源：把網址列中的地址複製到閱讀器即可訂閱。',
    pageForPeople: '網頁：',
    date: zhDate,
    dateTime: withTime(zhDate),
    shortDateTime: (at) => `${at.month}月${at.day}日 ${time(at)}`,
  },
  ja: {
    home: 'ホーム',
    backHome: 'ホームへ戻る',
    backTo: (title) => `${title}へ戻る`,
    separator: '｜',
    skipToContent: '本文へ移動',
    categories: 'カテゴリー',
    feeds: 'フィード',
    subscriptions: 'すべてのフィード (OPML)',
    sources: '配信元一覧 (OPML)',
    tags: 'タグ',
    everything: 'すべて',
    source: '配信元',
    by: '著者',
    readOriginal: '元の記事を読む',
    alsoIn: '関連',
    updated: '更新',
    rights: '権利',
    attachments: '添付',
    older: '以前の記事',
    newest: '最新の記事',
    nothingYet: 'まだ記事がありません。',
    view: '表示',
    listView: 'リスト',
    compactView: 'コンパクト',
    cardView: 'カード',
    notFound: 'ページが見つかりません',
    notFoundText: 'このアドレスには何もありません。記事の期限が切れたか、アドレスが誤っています。',
    thisIsAFeed: 'これはフィードです。アドレス欄の URL をフィードリーダーに登録してください。',
    pageForPeople: 'ウェブページ: ',
    date: jaDate,
    dateTime: withTime(jaDate),
    shortDateTime: (at) => `${at.month}月${at.day}日 ${time(at)}`,
  },
  ko: {
    home: '홈',
    backHome: '홈으로',
    backTo: (title) => `${title}(으)로 돌아가기`,
    separator: ' ｜ ',
    skipToContent: '본문으로 건너뛰기',
    categories: '분류',
    feeds: '피드',
    subscriptions: '전체 피드 (OPML)',
    sources: '출처 목록 (OPML)',
    tags: '태그',
    everything: '전체',
    source: '출처',
    by: '작성자',
    readOriginal: '원문 읽기',
    alsoIn: '같은 소식',
    updated: '수정',
    rights: '저작권',
    attachments: '첨부',
    older: '이전 글',
    newest: '최신 글',
    nothingYet: '아직 글이 없습니다.',
    view: '보기',
    listView: '목록',
    compactView: '간략히',
    cardView: '카드',
    notFound: '페이지가 없습니다',
    notFoundText: '이 주소에는 내용이 없습니다. 글이 만료되었거나 주소가 잘못되었습니다.',
    thisIsAFeed: '이것은 피드입니다. 주소를 피드 리더에 등록하세요.',
    pageForPeople: '웹페이지: ',
    date: koDate,
    dateTime: withTime(koDate),
    shortDateTime: (at) => `${at.month}월 ${at.day}일 ${time(at)}`,
  },
  de: {
    home: 'Start',
    backHome: 'Startseite',
    backTo: (title) => `Zurück zu ${title}`,
    separator: ' ｜ ',
    skipToContent: 'Zum Inhalt springen',
    categories: 'Rubriken',
    feeds: 'Feeds',
    subscriptions: 'Alle Feeds (OPML)',
    sources: 'Quellen (OPML)',
    tags: 'Schlagwörter',
    everything: 'Alles',
    source: 'Quelle',
    by: 'Von',
    readOriginal: 'Original lesen',
    alsoIn: 'Auch bei',
    updated: 'Aktualisiert',
    rights: 'Rechte',
    attachments: 'Anhänge',
    older: 'Ältere Beiträge',
    newest: 'Neueste Beiträge',
    nothingYet: 'Noch keine Beiträge.',
    view: 'Ansicht',
    listView: 'Liste',
    compactView: 'Kompakt',
    cardView: 'Karten',
    notFound: 'Seite nicht gefunden',
    notFoundText: 'Unter dieser Adresse gibt es nichts: Der Beitrag ist abgelaufen oder die Adresse falsch.',
    thisIsAFeed:
      'Dies ist ein Feed: Die Adresse aus der Adresszeile in einen Feedreader kopieren, um ihn zu abonnieren.',
    pageForPeople: 'Webseite: ',
    date: deDate,
    dateTime: withTime(deDate),
    shortDateTime: (at) => `${at.day}.${at.month}. ${time(at)}`,
  },
  fr: {
    home: 'Accueil',
    backHome: 'Accueil',
    backTo: (title) => `Retour à ${title}`,
    separator: ' ｜ ',
    skipToContent: 'Aller au contenu',
    categories: 'Rubriques',
    feeds: 'Flux',
    subscriptions: 'Tous les flux (OPML)',
    sources: 'Sources (OPML)',
    tags: 'Mots-clés',
    everything: 'Tout',
    source: 'Source',
    by: 'Par',
    readOriginal: 'Lire l’original',
    alsoIn: 'Également chez',
    updated: 'Mis à jour',
    rights: 'Droits',
    attachments: 'Pièces jointes',
    older: 'Articles plus anciens',
    newest: 'Articles récents',
    nothingYet: 'Pas encore d’articles.',
    view: 'Affichage',
    listView: 'Liste',
    compactView: 'Compact',
    cardView: 'Cartes',
    notFound: 'Page introuvable',
    notFoundText: 'Rien à cette adresse : l’article a expiré ou l’adresse est erronée.',
    thisIsAFeed: 'Ceci est un flux : copiez son adresse dans un lecteur de flux pour vous abonner.',
    pageForPeople: 'Page web : ',
    date: frDate,
    dateTime: withTime(frDate),
    shortDateTime: (at) => `${two(at.day)}/${two(at.month)} ${time(at)}`,
  },
  es: {
    home: 'Inicio',
    backHome: 'Inicio',
    backTo: (title) => `Volver a ${title}`,
    separator: ' ｜ ',
    skipToContent: 'Ir al contenido',
    categories: 'Categorías',
    feeds: 'Canales',
    subscriptions: 'Todos los canales (OPML)',
    sources: 'Fuentes (OPML)',
    tags: 'Etiquetas',
    everything: 'Todo',
    source: 'Fuente',
    by: 'Por',
    readOriginal: 'Leer el original',
    alsoIn: 'También en',
    updated: 'Actualizado',
    rights: 'Derechos',
    attachments: 'Adjuntos',
    older: 'Artículos anteriores',
    newest: 'Artículos recientes',
    nothingYet: 'Todavía no hay artículos.',
    view: 'Vista',
    listView: 'Lista',
    compactView: 'Compacta',
    cardView: 'Tarjetas',
    notFound: 'Página no encontrada',
    notFoundText: 'No hay nada en esta dirección: el artículo ha caducado o la dirección es errónea.',
    thisIsAFeed: 'Esto es un canal: copie su dirección en un lector de canales para suscribirse.',
    pageForPeople: 'Página web: ',
    date: esDate,
    dateTime: withTime(esDate),
    shortDateTime: (at) => `${two(at.day)}/${two(at.month)} ${time(at)}`,
  },
  en: {
    home: 'Home',
    backHome: 'Home',
    backTo: (title) => `Back to ${title}`,
    separator: ' ｜ ',
    skipToContent: 'Skip to content',
    categories: 'Categories',
    feeds: 'Feeds',
    subscriptions: 'All feeds (OPML)',
    sources: 'Sources (OPML)',
    tags: 'Tags',
    everything: 'Everything',
    source: 'Source',
    by: 'By',
    readOriginal: 'Read the original',
    alsoIn: 'Also in',
    updated: 'Updated',
    rights: 'Rights',
    attachments: 'Attachments',
    older: 'Older posts',
    newest: 'Newest posts',
    nothingYet: 'No posts yet.',
    view: 'View',
    listView: 'List',
    compactView: 'Compact',
    cardView: 'Cards',
    notFound: 'Page not found',
    notFoundText: 'Nothing is at this address: the post may have expired, or the address is wrong.',
    thisIsAFeed: 'This is a web feed: copy its address into a feed reader to subscribe.',
    pageForPeople: 'Page for people: ',
    date: enDate,
    dateTime: withTime(enDate),
    shortDateTime: (at) =>
      `${at.day} ${pick('Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec', at.month - 1)} ${time(at)}`,
  },
};
