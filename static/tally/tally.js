// The page of a teller: which meeting, what to count, and whether the other one counted the same. Nothing is kept here.
import { html, render, useEffect, useState } from '/vendor/htm-preact.js';
import { loadLanguage, t } from '/static/shared/i18n.js';
import { ask } from './asking.js';
import { Count } from './count.js';

const LOOK_EVERY_MS = 4000;

/** The code behind the stroke of the address; it goes to the server in bodies only. */
function codeInAddress() {
  const text = location.hash.slice(1);
  try {
    return decodeURIComponent(text).trim();
  } catch {
    // A link that was cut off in a message; the server then says that the code does not work.
    return text.trim();
  }
}

function Typing({ failure, onCode }) {
  const submit = (event) => {
    event.preventDefault();
    const code = new FormData(event.target).get('code').trim();
    if (code) onCode(code);
  };
  return html`
    <form class="card" onSubmit=${submit}>
      ${failure && html`<p class="notice notice--bad" role="alert" data-testid="refused">${failure}</p>`}
      <label class="figure figure--wide"><span>${t('tally.code')}</span>
        <input name="code" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="64" data-testid="code" /></label>
      <button class="main-button" data-testid="open">${t('tally.open')}</button>
      <p class="hint">${t('tally.code_hint')}</p>
    </form>`;
}

function Head({ paper }) {
  return html`
    <header class="head">
      <h1>${t('tally.title')}</h1>
      <p>${paper.village.name} · ${paper.place}</p>
      <p data-testid="teller">${t('tally.teller', { number: paper.number, name: paper.name })}</p>
    </header>`;
}

function Waiting({ look }) {
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && look(), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return html`
    <section class="card big" role="status" data-testid="waiting"><p>${t('tally.waiting')}</p></section>
    <button type="button" class="quiet-button" onClick=${look}>${t('tally.look')}</button>`;
}

function Tally() {
  const [code, setCode] = useState(codeInAddress);
  const [paper, setPaper] = useState(null);
  const [problem, setProblem] = useState(null);
  const [turn, setTurn] = useState(0);
  const look = (kept = false) => ask('/teller-papers', { code }).then(({ data }) => {
    setPaper(data);
    setProblem(null);
  }, (error) => {
    // A line that was cut for a moment takes nothing off the screen.
    if (kept !== true || error.status === 404) setProblem(error);
    if (error.status === 404) setPaper(null);
  });
  useEffect(() => {
    if (code) look();
  }, [code, turn]);
  useEffect(() => {
    const again = () => setCode(codeInAddress());
    addEventListener('hashchange', again);
    return () => removeEventListener('hashchange', again);
  }, []);

  if (!code || problem?.status === 404) return html`<${Typing} failure=${problem?.message} onCode=${(typed) => { setProblem(null); setCode(typed); setTurn(turn + 1); }} />`;
  if (!paper) {
    return problem
      ? html`<p class="notice notice--bad" role="alert" data-testid="failure">${problem.message}</p>
        <button type="button" class="main-button" onClick=${look}>${t('tally.again')}</button>`
      : html`<p class="opening" role="status">${t('tally.opening')}</p>`;
  }
  return html`
    <${Head} paper=${paper} />
    ${paper.state === 'agreed' && html`<section class="card big" role="status" data-testid="agreed"><p>${t('tally.agreed')}</p></section>`}
    ${paper.state === 'waiting' && html`<${Waiting} look=${() => look(true)} />`}
    ${paper.state === 'to_count' && html`
      ${paper.round > 1 && html`<p class="notice notice--warn" role="status" data-testid="differs">${t('tally.differs', { n: paper.round })}</p>`}
      <${Count} key=${paper.round} code=${code} paper=${paper} onOutcome=${() => look()} onRefused=${() => look()} />`}`;
}

async function start() {
  const page = document.getElementById('page');
  try {
    await loadLanguage();
    page.replaceChildren();
    render(html`<${Tally} />`, page);
  } catch {
    // Without its words the page can only say so in both languages.
    page.textContent = '网络不通，请稍后再打开。No network; please open this page again.';
  }
}

start();
