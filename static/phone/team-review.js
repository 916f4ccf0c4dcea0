// The posted team looks a contract over before it is sealed. It needs the network: what is agreed to must be what stands.
import { html, useRef, useState } from '/vendor/htm-preact.js';
import { get, post } from '/static/shared/api.js';
import { t } from '/static/shared/i18n.js';
import { idsByContent } from '/static/shared/ids.js';
import { contractName, ItemFacts, Reviews } from '/static/shared/promise.js';
import { useAnswer, usePhone } from './context.js';
import { Back, Button, Freshness, Problem } from './parts.js';

/** When the content stands and is not sealed yet. */
export const REVIEWED = ['measures', 'deliberated'];

/** Whether the team has not spoken yet of the content as it stands. */
export const isToReview = ({ revision: { state, reviews } }) => REVIEWED.includes(state)
  && !reviews.some((one) => one.body === 'team' && one.is_current);

function Form({ contract, onDone }) {
  const { me } = usePhone();
  const [agrees, setAgrees] = useState(null);
  const [{ busy, problem }, setState] = useState({});
  const idOf = useRef(idsByContent()).current;
  const submit = async (event) => {
    event.preventDefault();
    const { reviewer, opinion } = Object.fromEntries(new FormData(event.target));
    const content = { revision_id: contract.revision.id, body: 'team', reviewer: reviewer.trim(), is_agreed: agrees,
      ...(opinion.trim() && { opinion: opinion.trim() }) };
    setState({ busy: true });
    try {
      await post(`/contracts/${contract.id}/reviews`, { id: idOf(content), ...content });
      onDone();
    } catch (error) {
      setState({ problem: error.message });
    }
  };
  return html`
    <form class="panel form" onSubmit=${submit} data-testid="review-form">
      <h2>${t('field.review.title')}</h2>
      <fieldset class="choices"><legend>${t('field.review.finds')}</legend>
        ${[true, false].map((value) => html`
          <label key=${value}><input type="radio" name="agrees" required onChange=${() => setAgrees(value)} />
            <span>${t(value ? 'contract.agrees' : 'contract.disagrees')}</span></label>`)}</fieldset>
      <label>${t(agrees === false ? 'field.review.why' : 'field.review.opinion')}
        <textarea name="opinion" rows="3" maxlength="2000" required=${agrees === false}></textarea></label>
      <label>${t('field.review.reviewer')}<input name="reviewer" required maxlength="60" defaultValue=${me.name} /></label>
      <${Problem}>${problem}<//>
      <${Button} type="submit" main disabled=${busy} data-testid="review-send">${t('field.review.send')}<//>
    </form>`;
}

export function TeamReview({ id }) {
  const answer = useAnswer(`contracts/${id}`, () => get(`/contracts/${id}`));
  const contract = answer.value;
  const revision = contract?.revision;
  return html`
    <div>
      <${Back} to="#promises" />
      <${Freshness} answer=${answer} />
      ${contract && html`
        <section class="panel"><h2>${contract.village.name} ${contractName(contract)}</h2>
          <p>${t(`contract.state.${revision.state}`)}</p><${Reviews} revision=${revision} /></section>
        <ul class="plain-list">${revision.items.map((item) => html`
          <li key=${item.line_id} class="panel" data-testid="item">
            <span class="quiet small">${t(`contract.dimension.${item.dimension}`)}</span>
            <strong>${item.number}. ${item.text}</strong><${ItemFacts} item=${item} />
            ${item.hints.length > 0 && html`<p class="late small">${item.hints.map((hint) => t(`contract.hint.${hint}`)).join(' · ')}</p>`}</li>`)}</ul>
        ${isToReview(contract) && html`<${Form} contract=${contract} onDone=${answer.reload} />`}`}
    </div>`;
}
