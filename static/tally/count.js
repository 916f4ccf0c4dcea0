// The count of one teller: papers, then person by person; every line says at once whether it adds up.
import { html, useRef, useState } from '/vendor/htm-preact.js';
import { t } from '/static/shared/i18n.js';
import { idsByContent } from '/static/shared/ids.js';
import { ask } from './asking.js';
import { BALLOTS, GRADES, HEADINGS, bodyOf, linesOf, nameOf, namesOf, wholeOf } from './sums.js';

function Figure({ name, label, figures, onType }) {
  return html`
    <label class="figure"><span>${label}</span>
      <input inputmode="numeric" autocomplete="off" maxlength="4" value=${figures[name] ?? ''} data-testid=${name}
        onInput=${(event) => onType(name, event.target.value.trim())} /></label>`;
}

/** What a line comes to so far, and what is wrong with it. */
function Sum({ name, line, label }) {
  const { total, wanted, wrong } = line;
  if (wrong) return html`<p class="sum sum--wrong" role="status" data-testid=${`wrong ${name}`}>${t(wrong, { found: total, wanted })}</p>`;
  if (total === null) return null;
  return html`<p class="sum" data-testid=${`sum ${name}`}>${t(label, { found: total, wanted: wanted ?? '—' })}</p>`;
}

function Person({ person, paper, figures, lines, onType }) {
  const row = (heading, grades) => html`
    <div class="row">${grades.map((grade) => html`
      <${Figure} key=${grade} name=${nameOf(person.id, grade, heading)} label=${t(`tally.grade.${grade}`)} figures=${figures} onType=${onType} />`)}</div>`;
  return html`
    <section class="card" data-testid=${`person ${person.id}`}>
      <h2>${person.name}</h2>
      <h3>${t('tally.overall')}</h3>
      ${row('overall', [...GRADES, 'abstained'])}
      <${Sum} name=${`${person.id} overall`} line=${lines[`${person.id} overall`]} label="tally.sum" />
      ${paper.has_headings && html`
        <p class="hint">${t('tally.headings_hint')}</p>
        ${HEADINGS.map((heading) => html`
          <div key=${heading}><h3>${t(`tally.heading.${heading}`)}</h3>${row(heading, GRADES)}
            <${Sum} name=${`${person.id} ${heading}`} line=${lines[`${person.id} ${heading}`]} label="tally.sum_heading" /></div>`)}`}
    </section>`;
}

/** `onOutcome(state)` is told what became of the count; `onRefused(error)` that the code or the round is over. */
export function Count({ code, paper, onOutcome, onRefused }) {
  const [figures, setFigures] = useState({});
  const [state, setState] = useState({});
  const idOf = useRef(idsByContent()).current;
  const { lines } = linesOf(figures, paper);
  const onType = (name, text) => setFigures((before) => ({ ...before, [name]: text }));
  const missing = namesOf(paper).filter((name) => wholeOf(figures[name]) === null).length;
  const wrong = Object.values(lines).some((line) => line.wrong);

  const submit = async (event) => {
    event.preventDefault();
    if (missing || wrong) {
      setState({ failure: t(wrong ? 'tally.not_right' : 'tally.missing', { n: missing }) });
      return;
    }
    setState({ busy: true });
    const body = { code, ...bodyOf(figures, paper) };
    try {
      const { data } = await ask('/teller-counts', { id: idOf(body), ...body });
      onOutcome(data.state);
    } catch (error) {
      if (['teller_code', 'counted_already', 'count_round'].includes(error.reason)) onRefused(error);
      else setState({ failure: error.message });
    }
  };

  return html`
    <form onSubmit=${submit} noValidate data-testid="count">
      <section class="card">
        <h2>${t('tally.ballots')}</h2>
        <p class="hint">${t('tally.present', { n: paper.present })}</p>
        <div class="row">${BALLOTS.map((name) => html`<${Figure} key=${name} name=${name} label=${t(`tally.${name}`)} figures=${figures} onType=${onType} />`)}</div>
        ${BALLOTS.map((name) => lines[name].wrong && html`<${Sum} key=${name} name=${name} line=${lines[name]} />`)}
      </section>
      ${paper.subjects.map((person) => html`
        <${Person} key=${person.id} person=${person} paper=${paper} figures=${figures} lines=${lines} onType=${onType} />`)}
      <div role="alert">${state.failure && html`<p class="notice notice--bad" data-testid="failure">${state.failure}</p>`}</div>
      <button class="main-button" disabled=${Boolean(state.busy)} data-testid="send">${t(state.busy ? 'tally.sending' : 'tally.send')}</button>
      <p class="hint">${t('tally.send_hint')}</p>
    </form>`;
}
