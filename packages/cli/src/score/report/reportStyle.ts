/** The report's style sheet: both colour schemes, and one column where two do not fit. Marks have an underline, not only a colour. */
export const reportStyle = `
:root { color-scheme: light dark; --paper: #fff; --ink: #1f2328; --faint: #59636e; --rule: #d1d9e0; --card: #f6f8fa; --mark: #fff3bf; --line: #9a6700; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #0d1117; --ink: #e6edf3; --faint: #9da7b1; --rule: #3d444d; --card: #161b22; --mark: #4a3a0a; --line: #e3b341; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1, h2, h3, h4, p, dd { overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 0.5rem; }
h2 { font-size: 1.25rem; margin: 0 0 0.75rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 0.5rem; }
h4 { font-size: 0.95rem; margin: 0 0 0.5rem; }
section { border-top: 1px solid var(--rule); margin-top: 2.5rem; padding-top: 1.5rem; }
.faint { color: var(--faint); font-weight: 400; }
.signature { font: 0.8rem/1.4 ui-monospace, monospace; margin: 0.25rem 0; }
.wide { overflow-x: auto; margin-bottom: 2rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 0.9rem; }
th, td { padding: 0.35rem 0.6rem; text-align: right; border-bottom: 1px solid var(--rule); white-space: nowrap; }
th:first-child { text-align: left; padding-left: 0; position: sticky; left: 0; background: var(--paper); }
th a { color: inherit; text-decoration-color: var(--rule); text-underline-offset: 0.2em; }
thead th { color: var(--faint); font-weight: 500; }
.plot { display: block; width: 100%; max-width: 48rem; height: auto; }
section .plot .name { display: none; }
ol { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.75rem; }
article { background: var(--card); border: 1px solid var(--rule); border-radius: 6px; padding: 0.75rem 1rem; }
.score { font-variant-numeric: tabular-nums; margin-right: 0.5rem; }
dl { display: grid; grid-template-columns: 1fr 1fr; gap: 0.5rem 1.5rem; margin: 0; }
dt { color: var(--faint); font-size: 0.8rem; }
dd { margin: 0; white-space: pre-wrap; }
mark { background: var(--mark); color: inherit; border-bottom: 2px solid var(--line); border-radius: 2px; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; } .plot { font-size: 20px; } }
@media print { article { break-inside: avoid; } }
`;
