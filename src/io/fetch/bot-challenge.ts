/** Is a response the challenge page of a bot guard, and of which one? */

export interface Look {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The beginning of the body. */
  readonly text: string;
}

interface Mark {
  readonly name: string;
  /** Only with these statuses; absent: with any status that is not a success. */
  readonly status?: readonly number[];
  /** A header, or a pattern for its value. */
  readonly header?: readonly [name: string, value: RegExp];
  readonly text?: RegExp;
}

/** Marks of each guard in its responses. All conditions of a mark must hold; the first match wins. */
const MARKS: readonly Mark[] = [
  { name: 'Cloudflare', header: ['cf-mitigated', /challenge/i] },
  {
    name: 'Cloudflare',
    header: ['server', /^cloudflare/i],
    text: /challenge-platform|cf-chl-|cf_chl_|Just a moment\.\.\.|Attention Required!/i,
  },
  { name: 'Vercel', header: ['x-vercel-mitigated', /challenge|deny/i] },
  { name: 'AWS WAF', status: [202, 403, 405], header: ['x-amzn-waf-action', /challenge|captcha/i] },
  { name: 'DataDome', header: ['x-datadome', /./] },
  { name: 'DataDome', text: /geo\.captcha-delivery\.com/ },
  { name: 'HUMAN (PerimeterX)', text: /_pxAppId|px-captcha/ },
  { name: 'Imperva', text: /_Incapsula_Resource|Incapsula incident ID/ },
  { name: 'Akamai', header: ['server', /^AkamaiGHost/i], text: /Access Denied|errors\.edgesuite\.net/ },
  { name: 'Sucuri', text: /sucuri_cloudproxy_js|Sucuri WebSite Firewall/i },
  { name: 'DDoS-Guard', status: [200, 403, 503], header: ['server', /^ddos-guard/i], text: /ddos-guard/i },
  { name: 'Anubis', status: [200, 401, 403, 500], text: /anubis_challenge|within\.website\/x\/cmd\/anubis/ },
  { name: '加速乐 (Jiasule)', status: [200, 521], text: /__jsl_clearance/ },
  {
    name: '阿里云 (Alibaba Cloud) WAF',
    status: [200, 403, 405],
    text: /acw_sc__v[23]|aliyun_waf_|errors\.aliyun\.com/,
  },
  { name: '安全狗 (SafeDog)', status: [200, 403], text: /safedog/i },
  { name: '瑞数 (River Security)', status: [202, 412], text: /\$_ts\s*=|\$_ts\./ },
];

/** Name of the guard, or `undefined`. Only HTML pages are examined: a feed may write about guards. */
export function challengeOf(look: Look): string | undefined {
  const isDocument = look.status === 200 || look.status === 203 || look.status === 226;
  if (isDocument && !/^\s*(?:<!doctype html|<html|<script)/i.test(look.text)) return undefined;
  return MARKS.find((mark) => fits(mark, look, isDocument))?.name;
}

function fits(mark: Mark, { status, headers, text }: Look, isDocument: boolean): boolean {
  if (mark.status ? !mark.status.includes(status) : isDocument && mark.header?.[0] !== 'cf-mitigated') return false;
  if (mark.header) {
    const value = headers[mark.header[0]];
    if (value === undefined || !mark.header[1].test(typeof value === 'string' ? value : value.join(', '))) return false;
  }
  return mark.text?.test(text) ?? true;
}
