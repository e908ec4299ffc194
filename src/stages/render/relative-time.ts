/** How does a page show the age of a post without being published again each hour? */
import { secondsInDay } from 'date-fns/constants';
import type { RenderedDocument } from '../../model/output.ts';

/** Below the site's address. */
export const RELATIVE_TIME_PATH = '/relative-time.js';

/*
 * The bytes of a page do not depend on a clock, but the reader's browser has one. Pages show the time of day or the
 * date; if scripts run, those of the last 24 hours become "3 hours ago" in the page's language. The exact time is
 * shown on hover and to programs and readers without scripts. The script reads the page and nothing else.
 */
const SCRIPT = `'use strict';
(() => {
  const MINUTE = 60000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
  const { lang } = document.documentElement;
  const format = new Intl.RelativeTimeFormat(lang || undefined, { numeric: 'auto' });
  const times = [...document.querySelectorAll('time.ago')].map((element) => ({
    element,
    at: Date.parse(element.dateTime),
    exact: element.textContent,
  }));
  const words = ({ at, exact }, now) => {
    const age = now - at;
    if (!(age >= 0 && age < DAY)) return exact;
    if (age < MINUTE) return format.format(0, 'second');
    return age < HOUR
      ? format.format(-Math.floor(age / MINUTE), 'minute')
      : format.format(-Math.floor(age / HOUR), 'hour');
  };
  const update = () => {
    if (document.hidden) return;
    const now = Date.now();
    for (const time of times) {
      const text = words(time, now);
      if (time.element.textContent === text) continue;
      time.element.textContent = text;
      // Within a post of another language, a screen reader must not read this by its rules.
      time.element.lang = lang;
    }
  };
  update();
  setInterval(update, MINUTE);
  document.addEventListener('visibilitychange', update);
})();
`;

export const RELATIVE_TIME_SCRIPT: RenderedDocument = {
  path: RELATIVE_TIME_PATH,
  mediaType: 'text/javascript; charset=utf-8',
  body: Buffer.from(SCRIPT),
  modifiedAt: 0,
  serving: { maxAgeSeconds: secondsInDay },
};
