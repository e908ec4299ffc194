/** Which elements may a post contain, and which attributes may they have? */
import {
  dimension,
  flag,
  image,
  integer,
  link,
  matching,
  oneOf,
  resource,
  someOf,
  srcset,
  style,
  text,
  type AttributeRule,
} from './attribute-rules.ts';
import { MATHML } from './mathml.ts';

export interface ElementRule {
  /** Name to write; obsolete names are replaced by current ones. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, AttributeRule>;
}

type Attributes = Readonly<Record<string, AttributeRule>>;

const language = matching(/^[a-z]{1,8}(?:[-_][a-z0-9]{1,8}){0,6}$/i);
const mediaType = matching(/^[\w.+-]{1,60}\/[\w.+-]{1,80}(?:\s*;[^<>]{0,120})?$/);
const moment = matching(/^[\d\s:.+\-/TZWPYMDHSn]{1,64}$/i);
const colour = matching(/^#?[a-z0-9]{1,24}$/i);
const fontSize = matching(/^[+-]?\d$/);
const align = oneOf(
  'left',
  'right',
  'center',
  'justify',
  'char',
  'top',
  'middle',
  'bottom',
  'baseline',
  'absmiddle',
  'texttop',
);

/**
 * Allowed on every element. No `id` and `name`: many posts share a page, and links into a post lead to the original. No
 * `data-*` and no event handlers: scripts on the page could react to them.
 */
const EVERYWHERE: Attributes = {
  class: text,
  style,
  title: text,
  lang: language,
  dir: oneOf('ltr', 'rtl', 'auto'),
  align,
  'aria-hidden': oneOf('true', 'false'),
  'aria-label': text,
};

const quoted: Attributes = { cite: link };
const edited: Attributes = { cite: link, datetime: moment };
const sized: Attributes = { width: dimension, height: dimension };
const cell: Attributes = {
  ...sized,
  abbr: text,
  background: image,
  bgcolor: colour,
  char: text,
  colspan: integer,
  nowrap: flag,
  rowspan: integer,
  scope: oneOf('row', 'col', 'rowgroup', 'colgroup'),
  valign: align,
};
const rows: Attributes = { bgcolor: colour, valign: align };
const list: Attributes = { compact: flag, type: matching(/^(?:[1aAiI]|disc|circle|square)$/) };
const pictures: Attributes = { ...sized, sizes: text, src: image, srcset };
const media: Attributes = {
  ...sized,
  controls: flag,
  loop: flag,
  muted: flag,
  preload: oneOf('none', 'metadata'),
  src: resource,
};

/**
 * `target` is removed, because the reader decides where a link opens. No page then gets a handle on its opener, and `rel`
 * needs no addition. Other values of `rel` stay.
 */
const anchor: Attributes = {
  href: link,
  hreflang: language,
  rel: someOf(
    'author',
    'bookmark',
    'external',
    'license',
    'nofollow',
    'noopener',
    'noreferrer',
    'sponsored',
    'tag',
    'ugc',
  ),
  type: mediaType,
};

const ELEMENT_ATTRIBUTES: Readonly<Record<string, Attributes>> = {
  a: anchor,
  abbr: {},
  acronym: {},
  address: {},
  article: {},
  aside: {},
  audio: media,
  b: {},
  bdi: {},
  bdo: {},
  big: {},
  blockquote: quoted,
  br: { clear: oneOf('left', 'right', 'all', 'none') },
  caption: {},
  center: {},
  cite: {},
  code: {},
  col: { ...rows, span: integer, width: dimension },
  colgroup: { ...rows, span: integer, width: dimension },
  dd: {},
  del: edited,
  details: { open: flag },
  dfn: {},
  div: {},
  dl: { compact: flag },
  dt: {},
  em: {},
  figcaption: {},
  figure: {},
  font: { color: colour, face: text, size: fontSize },
  footer: {},
  h1: {},
  h2: {},
  h3: {},
  h4: {},
  h5: {},
  h6: {},
  header: {},
  hr: { color: colour, noshade: flag, size: dimension, width: dimension },
  i: {},
  img: {
    ...pictures,
    alt: text,
    border: dimension,
    hspace: dimension,
    loading: oneOf('lazy', 'eager'),
    longdesc: link,
    vspace: dimension,
  },
  ins: edited,
  kbd: {},
  li: { ...list, value: integer },
  mark: {},
  nav: {},
  nobr: {},
  ol: { ...list, reversed: flag, start: integer },
  p: {},
  picture: {},
  pre: { width: dimension },
  q: quoted,
  rb: {},
  rp: {},
  rt: {},
  rtc: {},
  ruby: {},
  s: {},
  samp: {},
  section: {},
  small: {},
  source: { ...pictures, media: text, type: mediaType },
  span: {},
  strike: {},
  strong: {},
  sub: {},
  summary: {},
  sup: {},
  table: {
    ...sized,
    background: image,
    bgcolor: colour,
    border: dimension,
    cellpadding: dimension,
    cellspacing: dimension,
    frame: oneOf('void', 'above', 'below', 'hsides', 'vsides', 'lhs', 'rhs', 'box', 'border'),
    rules: oneOf('none', 'groups', 'rows', 'cols', 'all'),
    summary: text,
  },
  tbody: rows,
  td: cell,
  tfoot: rows,
  th: cell,
  thead: rows,
  time: { datetime: moment },
  tr: rows,
  track: {
    default: flag,
    kind: oneOf('subtitles', 'captions', 'descriptions', 'chapters'),
    label: text,
    src: resource,
    srclang: language,
  },
  tt: {},
  u: {},
  ul: list,
  var: {},
  video: { ...media, playsinline: flag, poster: image },
  wbr: {},
};

/** Obsolete elements with a current equivalent, and elements that would do more than contain text. */
const RENAMED: Readonly<Record<string, string>> = {
  dialog: 'div',
  dir: 'ul',
  fieldset: 'div',
  form: 'div',
  hgroup: 'div',
  image: 'img',
  'amp-anim': 'img',
  'amp-audio': 'audio',
  'amp-img': 'img',
  'amp-video': 'video',
  legend: 'div',
  listing: 'pre',
  main: 'div',
  menu: 'ul',
  search: 'div',
  xmp: 'pre',
};

/** Element name in lower case -> what is written for it. Other elements lose their tags and keep their content. */
export const ELEMENTS: ReadonlyMap<string, ElementRule> = elementRules();

/** What is written for an image. */
export const IMAGE: ElementRule = { name: 'img', attributes: attributesOf('img') };

function attributesOf(name: string): ReadonlyMap<string, AttributeRule> {
  return new Map(Object.entries({ ...EVERYWHERE, ...ELEMENT_ATTRIBUTES[name] }));
}

function elementRules(): Map<string, ElementRule> {
  const rules = new Map<string, ElementRule>();
  for (const name of Object.keys(ELEMENT_ATTRIBUTES)) rules.set(name, { name, attributes: attributesOf(name) });
  for (const [old, name] of Object.entries(RENAMED)) {
    const rule = rules.get(name);
    if (rule !== undefined) rules.set(old, rule);
  }
  for (const [name, attributes] of MATHML) rules.set(name, { name, attributes });
  return rules;
}

/** Elements that are removed with their content: scripts, embedded documents, templates. */
export const DROPPED_WITH_CONTENT: ReadonlySet<string> = new Set([
  'annotation',
  'annotation-xml',
  'applet',
  'datalist',
  'frameset',
  'head',
  'noembed',
  'noframes',
  'script',
  'select',
  'style',
  'svg',
  'template',
  'textarea',
  'title',
]);

/** Deeper elements lose their tags; browsers stop at 512, and layout becomes slow long before. */
export const MAX_DEPTH = 200;
