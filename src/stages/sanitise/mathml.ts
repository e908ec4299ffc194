/** Which elements of MathML may a post contain? (MathML Core §2.2; presentation only.) */
import { matching, oneOf, text, type AttributeRule } from './attribute-rules.ts';

const value = matching(/^[\w.%#+ ,|()[\]{}-]{0,64}$/);
const truth = oneOf('true', 'false');

/** On every element of MathML. No links, no actions, no style. */
const EVERYWHERE: Readonly<Record<string, AttributeRule>> = {
  class: text,
  dir: oneOf('ltr', 'rtl'),
  displaystyle: truth,
  mathbackground: value,
  mathcolor: value,
  mathsize: value,
  mathvariant: value,
  scriptlevel: value,
};

const spaced: Readonly<Record<string, AttributeRule>> = {
  depth: value,
  height: value,
  lspace: value,
  voffset: value,
  width: value,
};

/** Elements whose content is text alone. */
const TOKENS: Readonly<Record<string, Readonly<Record<string, AttributeRule>>>> = {
  mi: {},
  mn: {},
  mo: {
    accent: truth,
    fence: truth,
    form: oneOf('prefix', 'infix', 'postfix'),
    largeop: truth,
    lspace: value,
    maxsize: value,
    minsize: value,
    movablelimits: truth,
    rspace: value,
    separator: truth,
    stretchy: truth,
    symmetric: truth,
  },
  ms: {},
  mtext: {},
};

const LAYOUT: Readonly<Record<string, Readonly<Record<string, AttributeRule>>>> = {
  math: { alttext: text, display: oneOf('block', 'inline') },
  menclose: { notation: value },
  merror: {},
  mfenced: { close: value, open: value, separators: value },
  mfrac: { linethickness: value },
  mmultiscripts: {},
  mover: { accent: truth },
  mpadded: spaced,
  mphantom: {},
  mprescripts: {},
  mroot: {},
  mrow: {},
  mspace: spaced,
  msqrt: {},
  mstyle: {},
  msub: {},
  msubsup: {},
  msup: {},
  mtable: {
    align: value,
    columnalign: value,
    columnlines: value,
    columnspacing: value,
    frame: value,
    rowlines: value,
    rowspacing: value,
  },
  mtd: { columnalign: value, columnspan: value, rowspan: value },
  mtr: { columnalign: value, rowalign: value },
  munder: { accentunder: truth },
  munderover: { accent: truth, accentunder: truth },
  none: {},
};

/** Element name to its attributes. */
export const MATHML: ReadonlyMap<string, ReadonlyMap<string, AttributeRule>> = new Map(
  Object.entries({ ...TOKENS, ...LAYOUT }).map(([name, own]) => [
    name,
    new Map(Object.entries({ ...EVERYWHERE, ...own })),
  ]),
);

/**
 * Whether an element may open: MathML within `math` and nowhere else, no HTML within `math`, only text within a token.
 * So no browser meets a place where it would change between the rules of HTML and those of MathML.
 */
export function isAllowedInMath(open: readonly string[], name: string): boolean {
  const isInMath = open.includes('math');
  if (!isInMath) return name === 'math' || !MATHML.has(name);
  return MATHML.has(name) && name !== 'math' && !Object.hasOwn(TOKENS, open.at(-1) ?? '');
}
