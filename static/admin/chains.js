// Whether the audit log is whole: each chain is looked at a part at a time, so that nobody who writes waits for it.
import { html, useEffect, useState } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { failureText } from '../shared/loading.js';
import { count } from '../dashboard/words.js';

/** Ask about one chain until its end; `told(n)` hears of each part, and answering false stops. */
async function checkChain(chain, told) {
  let answer = { checked: 0, is_end: false, broken: null };
  while (!answer.is_end) {
    const before = answer.checked;
    answer = await get('/audit-checks', { chain: chain.chain, after: before });
    if (told(answer.checked - before) === false) return null;
  }
  return answer.broken && { ...chain, broken: answer.broken };
}

export function Chains() {
  const [state, setState] = useState({ chains: [], done: 0, broken: [], over: false, failure: null });
  useEffect(() => {
    let here = true;
    const change = (how) => here && setState((old) => ({ ...old, ...how(old) }));
    const told = (n) => {
      change((old) => ({ done: old.done + n }));
      return here;
    };
    const check = async () => {
      const { chains } = await get('/audit-chains');
      change(() => ({ chains }));
      for (const chain of chains) {
        const broken = here && await checkChain(chain, told);
        if (broken) change((old) => ({ broken: [...old.broken, broken] }));
      }
      change(() => ({ over: true }));
    };
    check().catch((error) => change(() => ({ failure: failureText(error) })));
    return () => { here = false; };
  }, []);
  const { chains, done, broken, over, failure } = state;
  const entries = chains.reduce((sum, chain) => sum + chain.entries, 0);
  const said = () => {
    if (broken.length) return t('admin.chains_broken');
    if (over) return t('admin.chains_whole', { n: count(chains.length), entries: count(entries) });
    return t('admin.chains_checking', { done: count(done), entries: count(entries) });
  };
  const tone = broken.length || failure ? ' notice-bad' : over ? ' notice-good' : '';
  return html`
    <div class=${`notice${tone}`} role="status" data-testid="chains" data-over=${String(over)}>
      <p>${failure ?? said()}</p>
      ${!over && !failure && html`<progress value=${done} max=${Math.max(entries, 1)} aria-hidden="true"></progress>`}
      ${broken.map((chain) => html`<p key=${chain.chain}>${t('admin.chain_broken', {
        name: chain.township?.name ?? t('admin.county_chain'), number: chain.broken.number, problem: t(`admin.broken.${chain.broken.problem}`) })}</p>`)}
    </div>`;
}
