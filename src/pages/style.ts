/** The one style sheet of every page. Its hash is in the Content-Security-Policy, so that no other style is applied. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #f3f4f6; --card: #ffffff; --text: #1b1f24; --quiet: #535b66; --line: #d4d8de; --field-line: #747c88;
  --accent: #1c5bb8; --on-accent: #ffffff; --notice-soft: #e9f1fd; --warning: #7a4a00; --warning-soft: #fdf1da;
  --danger: #b0241c; --on-danger: #ffffff; --danger-soft: #fdeeec;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #101317; --card: #1a1f26; --text: #e8eaed; --quiet: #a9b1bc; --line: #363d48; --field-line: #8a929e;
    --accent: #8db6f7; --on-accent: #0a1930; --notice-soft: #1b2b44; --warning: #f2c879; --warning-soft: #37290f;
    --danger: #f4aca6; --on-danger: #380b07; --danger-soft: #3a1c1a;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.55 system-ui, sans-serif; }
main, footer { max-width: 42rem; margin: 0 auto; padding: 2rem 1rem 0; }
.wide, .wide + footer { max-width: 72rem; }
footer { padding-bottom: 3rem; color: var(--quiet); }
footer a { display: inline-flex; align-items: center; min-height: 2.75rem; min-width: 2.75rem; padding-right: 1rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .75rem; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 0 0 .5rem; }
p { margin: 0 0 .75rem; }
a { color: var(--accent); }
code { font: .92em/1.4 ui-monospace, monospace; }
code, bdi, dd { overflow-wrap: anywhere; }
bdi { white-space: pre-wrap; }
.quiet { color: var(--quiet); }
.small { font-size: .9rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem; margin: 0 0 1.25rem; }
.card > :last-child { margin-bottom: 0; }
.steps { margin: 0 0 1rem; padding-left: 1.5rem; }
.steps li { padding: .25rem 0 .25rem .5rem; }
.steps li::marker { color: var(--accent); font-weight: 700; }
dl { margin: 0 0 1rem; }
dt { color: var(--quiet); font-size: .9rem; }
dd { margin: 0 0 .6rem; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(15rem, 100%), 1fr)); gap: .25rem 1.5rem; }

button, .button, summary {
  display: inline-flex; align-items: center; justify-content: center; min-height: 2.75rem; min-width: 2.75rem;
  padding: .5rem 1rem; border: 1px solid var(--field-line); border-radius: .5rem; background: var(--card);
  color: var(--text); font: inherit; text-decoration: none; cursor: pointer;
}
button:hover, .button:hover, summary:hover { border-color: var(--text); }
.main-button { background: var(--accent); color: var(--on-accent); font-weight: 600; }
.danger-button { background: var(--danger); color: var(--on-danger); font-weight: 600; }
.big { min-height: 3.5rem; padding: .75rem 2rem; font-size: 1.15rem; }
summary::after { content: "\\25be"; margin-left: .6rem; }
details[open] > summary::after { content: "\\25b4"; }
details > :nth-child(2) { margin-top: .75rem; }
label { display: block; font-size: .9rem; margin: 0 0 .25rem; }
input:not([type=hidden]), select {
  width: 100%; min-height: 2.75rem; padding: .5rem .75rem; border: 1px solid var(--field-line); border-radius: .5rem;
  background: var(--page); color: var(--text); font: inherit;
}
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.row { display: flex; flex-wrap: wrap; gap: .5rem .75rem; align-items: end; }
.row > .grow { flex: 1 1 11rem; min-width: 0; }
.sign-in { max-width: 26rem; }
.sign-in p { margin-top: .5rem; }
.notice, .warning { border-left: .3rem solid var(--accent); background: var(--notice-soft); border-radius: .4rem; padding: .75rem 1rem; margin: 0 0 1.25rem; }
.warning { border-color: var(--warning); background: var(--warning-soft); }
.switch { border-width: 2px; }
.switch form { margin-top: 1rem; }
.locked { border-color: var(--danger); background: var(--danger-soft); }
.locked h2 { color: var(--danger); font-size: 1.5rem; }
.badge { display: inline-block; border: 1px solid currentColor; border-radius: .4rem; padding: .05rem .5rem; font-size: .85rem; font-weight: 600; color: var(--warning); background: var(--warning-soft); }
.refused { color: var(--danger); font-weight: 600; }
.hidden-text { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

table { width: 100%; margin: 1rem 0; border-collapse: collapse; }
caption { text-align: left; color: var(--quiet); font-size: .9rem; padding: 0 0 .5rem; }
th, td { text-align: left; vertical-align: top; padding: .6rem .9rem .6rem 0; border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--quiet); font-size: .9rem; font-weight: 600; }
tbody th { font-weight: 600; }
td > ul { list-style: none; margin: 0; padding: 0; }
.services, .audit { table-layout: fixed; }
.services th:nth-child(5) { width: 34%; }
th .quiet { font-weight: 400; }
.hosts li { display: flex; align-items: center; gap: .75rem; margin: 0 0 .5rem; }
.hosts li > :first-child { flex: 1 1 auto; min-width: 0; }
.numbers { width: auto; font-variant-numeric: tabular-nums; }

.chart { display: block; width: 100%; max-width: 38rem; height: auto; margin: 0 0 .75rem; }
.chart text, .legend { fill: var(--quiet); color: var(--quiet); font-size: 10px; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; font-size: .9rem; list-style: none; padding: 0; margin: 0 0 .5rem; }
.legend svg { vertical-align: -.1em; margin-right: .4rem; }
.grid { stroke: var(--line); stroke-width: 1; }
.uses { fill: var(--accent); }
.refusals { fill: url(#hatch); stroke: var(--danger); stroke-width: 1; }
.hatch { stroke: var(--danger); stroke-width: 2; }

@media (max-width: 56rem) {
  .cards thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .cards, .cards caption, .cards tbody, .cards tr, .cards th, .cards td { display: block; }
  .cards tbody tr { border: 1px solid var(--line); border-radius: .6rem; padding: .75rem 1rem; margin: 0 0 .75rem; }
  .cards tbody th[scope=row], .cards tbody td { width: auto; border: 0; padding: .2rem 0; }
  .cards tbody td[data-label] { position: relative; padding-left: 6.5rem; min-height: 2rem; }
  .cards td[data-label]::before {
    content: attr(data-label); position: absolute; left: 0; width: 6rem; color: var(--quiet); font-size: .9rem;
  }
  .cards tbody td.hosts { padding-left: 0; }
  .cards td.hosts::before { position: static; display: block; }
}
@media (max-width: 30rem) {
  .card { padding: 1rem; }
  .big, .main-button { width: 100%; }
  .chart text { font-size: 12px; }
}
`;
