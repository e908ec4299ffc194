/** The style sheet that the admin pages add to that of the site. */

export const ADMIN_CSS = `body.admin header.site, body.admin footer.site, body.admin main { max-width: 64rem; }
.figures { display: grid; gap: .5rem; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); margin: 1rem 0; padding: 0; list-style: none; }
.figures li { padding: .5rem .75rem; background: var(--card); border: 1px solid var(--line); border-radius: .375rem; font-size: .875rem; color: var(--soft); }
.figures a { color: inherit; }
.figures strong { display: block; font: 700 1.375rem/1.3 var(--serif); color: var(--ink); }
.figures .bad strong, .bad { color: var(--accent); }
.scroll { overflow-x: auto; margin: .5rem 0 1rem; }
.scroll:focus-visible { outline: .2rem solid var(--accent); }
table { width: 100%; border-collapse: collapse; font-size: .875rem; }
th, td { padding: .5rem .75rem .5rem 0; text-align: start; vertical-align: top; border-bottom: 1px solid var(--line); }
th { font-weight: 600; color: var(--soft); }
thead th { white-space: nowrap; }
th[scope="row"] { min-width: 7rem; }
td { min-width: 5.5rem; }
td.wide { min-width: 14rem; }
.facts { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr; gap: .25rem 1rem; margin: 1rem 0; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; }
.actions { display: flex; flex-wrap: wrap; gap: .5rem; margin: 1rem 0; padding: 0; list-style: none; }
button, input { font: inherit; color: inherit; }
button { padding: .4rem .9rem; min-height: 2.5rem; background: var(--card); border: 1px solid var(--soft); border-radius: .375rem; cursor: pointer; }
button:hover { border-color: var(--accent); color: var(--accent); }
button:focus-visible, input:focus-visible { outline: .2rem solid var(--accent); outline-offset: .2rem; }
button.plain { min-height: 0; padding: .25rem 0; background: none; border: 0; color: var(--soft); }
input[type="password"], input[type="text"] { width: min(24rem, 100%); padding: .5rem; background: var(--card); border: 1px solid var(--soft); border-radius: .375rem; }
label { display: block; margin: .5rem 0 .25rem; }
.note { padding: .75rem 1rem; background: var(--card); border: 1px solid var(--line); border-inline-start: .25rem solid var(--accent); border-radius: .375rem; }
.tabs { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: .5rem 0; padding: 0; list-style: none; }
.tabs a[aria-current] { color: var(--ink); text-decoration: none; font-weight: 600; }
form.inline { display: inline; }
.titles { margin: .5rem 0; padding-inline-start: 1.25rem; }
.titles li { margin: .25rem 0; }
`;
