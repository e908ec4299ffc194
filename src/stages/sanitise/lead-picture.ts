/** Which picture stands for a text that names none? */
import { decodeHTMLAttribute } from 'entities';
import { isBeacon } from './beacons.ts';
import { isStandIn } from './images.ts';

const PICTURE = /<(img|video)((?:\s[\w-]+="[^"]*")*)\s*\/?>/g;
const ATTRIBUTE = /([\w-]+)="([^"]*)"/g;
/** In CSS pixels; smaller ones are icons. */
const LEAST_SIDE = 64;
/** Classes of what stands among the words or beside them. */
const ORNAMENT_CLASS =
  /(?:^|[\s_-])(?:emoji|emoticon|smil(?:ey|ies?)|icons?|avatar|gravatar|badge|share|social)(?=$|[\s_-])/i;
/** Addresses of the same, matched against host and path. */
const ORNAMENT_ADDRESS =
  /[/._-](?:emoji|twemoji|emoticons?|smil(?:ey|eys|ies)|avatars?|gravatar|favicons?|icons?|badges?|buttons?|share|spinner)(?=[/._-]|\d|$)|\/~ff\/|^[^/]*\bgravatar\.com\/|^img\.shields\.io\/|^assets\.feedblitz\.com\/i\//i;

/**
 * The first picture that shows something: no tracking pixel, placeholder, icon, face or button. A video counts by its poster.
 *
 * @param html  sanitised
 * @returns     an http or https address
 */
export function leadPicture(html: string | undefined): string | undefined {
  if (html === undefined || !/<(?:img|video)\s/.test(html)) return undefined;
  for (const [, name, written = ''] of html.matchAll(PICTURE)) {
    const attributes = new Map<string, string>();
    for (const [, attribute = '', value = ''] of written.matchAll(ATTRIBUTE)) {
      attributes.set(attribute, decodeHTMLAttribute(value));
    }
    const url = attributes.get(name === 'video' ? 'poster' : 'src');
    if (url !== undefined && isReal(url, attributes)) return url;
  }
  return undefined;
}

function isReal(url: string, attributes: ReadonlyMap<string, string>): boolean {
  const page = /^https?:\/\/(?:[^/?#@]*@)?([^?#]*)/i.exec(url)?.[1];
  if (page === undefined || isBeacon(url) || isStandIn(url) || ORNAMENT_ADDRESS.test(page)) return false;
  if (ORNAMENT_CLASS.test(attributes.get('class') ?? '')) return false;
  return ['width', 'height'].every((side) => !isSmall(attributes, side));
}

function isSmall(attributes: ReadonlyMap<string, string>, side: string): boolean {
  const style = new RegExp(`(?:^|[;\\s])${side}\\s*:\\s*(\\d+(?:\\.\\d+)?)(px|r?em)`, 'i').exec(
    attributes.get('style') ?? '',
  );
  if (style !== null) return Number(style[1]) * (style[2]?.toLowerCase() === 'px' ? 1 : 16) < LEAST_SIDE;
  const given = /^\s*(\d+(?:\.\d+)?)\s*(?:px)?\s*$/.exec(attributes.get(side) ?? '');
  return given !== null && Number(given[1]) < LEAST_SIDE;
}
