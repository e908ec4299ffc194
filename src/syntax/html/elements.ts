/** Which kinds of elements does HTML have? (HTML Living Standard, and obsolete elements that old pages use.) */

const words = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/));

/** Elements without content and without an end tag. */
export const VOID_ELEMENTS = words(
  'area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr',
);

/** Elements that start a new line; text before and after them is not one word. */
export const BLOCK_ELEMENTS = words(`
  address article aside blockquote body br canvas caption center dd details dialog dir div dl dt fieldset figcaption
  figure footer form frame frameset h1 h2 h3 h4 h5 h6 header hgroup hr html iframe legend li main menu nav ol optgroup
  option p pre search section summary table tbody td tfoot th thead title tr ul`);

/** Elements whose content is raw text up to their own end tag. */
export const RAW_TEXT_ELEMENTS = words('iframe noembed noframes script style textarea title xmp');

/** Elements whose content is not part of the visible text of a page. */
export const HIDDEN_ELEMENTS = words(`
  annotation annotation-xml audio datalist frameset head noembed noframes noscript script select style svg template textarea title video`);

/** All element names that make a text HTML. */
export const KNOWN_ELEMENTS = words(`
  a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big blink blockquote body br
  button canvas caption center cite code col colgroup command data datalist dd del details dfn dialog dir div dl dt em
  embed fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe
  img input ins isindex kbd keygen label legend li link listing main map mark marquee math menu meta meter nav nobr
  noembed noframes noscript object ol optgroup option output p param picture plaintext pre progress q rb rp rt rtc ruby s
  samp script search section select slot small source spacer span strike strong style sub summary sup svg table tbody td
  template textarea tfoot th thead time title tr track tt u ul var video wbr xmp`);
