/** How are sources, jobs and figures rendered on admin pages? */
import type { AdminFrame, FailedJob, SourceAction, SourceRow } from '../../model/admin.ts';
import { withoutSecrets } from '../../syntax/url/redact-url.ts';
import { moment, relative } from './admin-frame.ts';
import { type Html, markup } from './html.ts';

/** The state of a source, in a few words, worst first. */
export function standing({ state, held }: SourceRow): { readonly word: string; readonly isBad: boolean } {
  if (state === undefined) return { word: 'not yet known', isBad: false };
  if (state.pausedAt !== undefined) return { word: 'paused', isBad: true };
  if (state.failures > 0) return { word: state.last?.kind ?? 'failing', isBad: true };
  if (held !== undefined) return { word: 'held entries', isBad: true };
  return { word: state.last?.kind ?? 'not checked yet', isBad: false };
}

/** The reason for this state, as a sentence. */
export function reasonOf({ source, state, held }: SourceRow): string | undefined {
  const said = state?.pausedAt === undefined ? (state?.last?.message ?? held?.reason) : state.pauseReason;
  return said?.replaceAll(source.url, withoutSecrets(source.url));
}

export function sourceTable(rows: readonly SourceRow[], name: string, frame: AdminFrame): Html {
  const body = rows.map((row) => {
    const { source, state } = row;
    const { word, isBad } = standing(row);
    const why = reasonOf(row) ?? state?.reasonText ?? '';
    const next = state?.pausedAt === undefined ? relative(state?.nextCheckAt, frame) : '–';
    return markup`<tr><th scope="row"><a href="${sourcePath(source.id, frame)}">${source.id}</a></th><td${isBad ? markup` class="bad"` : undefined}>${word}</td><td>${relative(state?.lastCheckAt, frame)}</td><td>${next}</td><td class="wide">${why}</td></tr>
`;
  });
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="${name}"><table>
<thead><tr><th scope="col">Source</th><th scope="col">State</th><th scope="col">Last check</th><th scope="col">Next check</th><th scope="col">Why</th></tr></thead>
<tbody>
${body}</tbody>
</table></div>
`;
}

export function sourcePath(id: string, { root }: AdminFrame): string {
  return `${root}admin/source/${encodeURIComponent(id)}`;
}

export function jobTable(jobs: readonly FailedJob[], frame: AdminFrame): Html {
  if (jobs.length === 0) return markup`<p>No job has failed in the last week.</p>\n`;
  const body = jobs.map(
    ({ queue, id, failedAt, reason }) =>
      markup`<tr><th scope="row">${queue}</th><td>${id}</td><td>${relative(failedAt, frame)}</td><td class="wide">${reason}</td></tr>\n`,
  );
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="Failed jobs"><table>
<thead><tr><th scope="col">Queue</th><th scope="col">Job</th><th scope="col">When</th><th scope="col">Reason</th></tr></thead>
<tbody>
${body}</tbody>
</table></div>
`;
}

export interface Figure {
  readonly name: string;
  readonly value: number | string;
  readonly isBad?: boolean;
  /** Below `admin/`. */
  readonly path?: string;
}

export function figures(list: readonly Figure[], { root }: AdminFrame): Html {
  const items = list.map(({ name, value, isBad = false, path }) => {
    const inner = markup`<strong>${value}</strong> ${name}`;
    const linked = path === undefined ? inner : markup`<a href="${root}admin/${path}">${inner}</a>`;
    return markup`<li${isBad ? markup` class="bad"` : undefined}>${linked}</li>\n`;
  });
  return markup`<ul class="figures">
${items}</ul>
`;
}

/** Names and values, one below another; absent values are left out. */
export function facts(list: readonly (readonly [string, Html | string | number | undefined])[]): Html {
  const items = list.flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : markup`<dt>${name}</dt><dd>${value}</dd>\n`,
  );
  return markup`<dl class="facts">
${items}</dl>
`;
}

/** A button for an action, as a form of its own. */
export function actionButton(id: string, action: SourceAction, label: string, frame: AdminFrame): Html {
  return markup`<li><form method="post" action="${sourcePath(id, frame)}/${action}"><input type="hidden" name="formToken" value="${frame.formToken}"><button>${label}</button></form></li>\n`;
}

/** `3 h ago (2021-12-24 00:59:51)` */
export function bothTimes(at: number | undefined, frame: AdminFrame): Html | undefined {
  return at === undefined || !Number.isFinite(at) || Math.abs(at) > 8.64e15
    ? undefined
    : markup`${relative(at, frame)} (${moment(at, frame)})`;
}
