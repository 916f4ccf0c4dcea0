// 压茬交接: what is open goes to the successor, with a list to print and sign; and the certificate of posting history.
import { html, useContext, useRef, useState } from '/vendor/htm-preact.js';
import { get, post } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { newId } from '../shared/ids.js';
import { failureText, useLoad } from '../shared/loading.js';
import { dayText, fullDay, fullSpan, instantText, monthText } from './dates.js';
import { announce, Dialog, Loaded } from './parts.js';
import { comingSoon } from './posted.js';
import { useFile } from './prints.js';
import { liesIn, Page } from './scope.js';
import { count } from './words.js';

const NOTE_LENGTH = 500;
const NOTHING = { what: '', due_on: '', note: '' };

const labelOf = (cadre) => [cadre.name, cadre.posting?.village?.name, cadre.sending_unit].filter(Boolean).join(' · ');

/** What the system itself knows to be open. */
function Open({ open }) {
  const dayOf = (one) => dayText(one.day ?? one.from_on ?? one);
  const monthOf = (one) => monthText((one.month ?? one).slice(0, 7));
  const lines = [
    open.waiting_days.length > 0 && t('dashboard.handover_open.waiting_days', { n: count(open.waiting_days.length), list: open.waiting_days.map(dayOf).join('、') }),
    open.leaves_asked.length > 0 && t('dashboard.handover_open.leaves_asked', { n: count(open.leaves_asked.length) }),
    open.months_open.length > 0 && t('dashboard.handover_open.months_open', { list: open.months_open.map(monthOf).join('、') }),
  ].filter(Boolean);
  return html`
    <div class="notice" data-testid="handover-open">
      <p><strong>${t('dashboard.handover_known')}</strong></p>
      ${lines.length ? lines.map((text) => html`<p key=${text}>${text}</p>`) : html`<p>${t('dashboard.handover_nothing_open')}</p>`}
    </div>`;
}

/** A line with a day or a note that does not say what it is about; an empty one is no line. */
const isUnsaid = (one) => !one.what.trim() && Boolean(one.due_on || one.note.trim());

/** `refused`: it was tried to send these, so that a line without its matter says so. */
function Matters({ matters, setMatters, refused }) {
  const change = (index, name) => (event) => setMatters(matters.map((one, at) => (at === index ? { ...one, [name]: event.target.value } : one)));
  return html`
    <fieldset class="form-wide matters"><legend>${t('dashboard.matters')}</legend>
      ${matters.map((one, index) => html`
        <div key=${index} class="matter" data-testid="matter">
          <input aria-label=${t('dashboard.matter_what')} placeholder=${t('dashboard.matter_what')} maxlength="200" value=${one.what} onInput=${change(index, 'what')}
            name="what" aria-invalid=${String(refused && isUnsaid(one))} data-testid="matter-what" />
          <input type="date" aria-label=${t('dashboard.matter_due')} value=${one.due_on} onInput=${change(index, 'due_on')} data-testid="matter-due" />
          <input aria-label=${t('dashboard.note')} placeholder=${t('dashboard.note')} maxlength="200" value=${one.note} onInput=${change(index, 'note')} data-testid="matter-note" />
          <button type="button" class="button-quiet" aria-label=${t('dashboard.matter_remove')} onClick=${() => setMatters(matters.filter((_one, at) => at !== index))}>✕</button>
          ${refused && isUnsaid(one) && html`<p class="failure-text form-wide" role="alert">${t('dashboard.matter_what_missing')}</p>`}
        </div>`)}
      <button type="button" class="button" onClick=${() => setMatters([...matters, NOTHING])} data-testid="matter-add">${t('dashboard.matter_add')}</button>
    </fieldset>`;
}

/** Today, or the day of the posting that is nearest to it. */
function handedOn(posting, today) {
  if (posting.from_on > today) return posting.from_on;
  return posting.to_on && posting.to_on < today ? posting.to_on : today;
}

function Form({ cadre, posting, cadres, onDone }) {
  const { me } = useContext(Page);
  const [fields, setFields] = useState({ successor: '', handed_on: handedOn(posting, me.today), note: '' });
  const [matters, setMatters] = useState([NOTHING]);
  const [state, setState] = useState({});
  const sent = useRef(null);
  const others = cadres.filter((one) => one.id !== cadre.id);
  const set = (name) => (event) => setFields({ ...fields, [name]: event.target.value });
  const send = async (event) => {
    event.preventDefault();
    const wanted = fields.successor.trim();
    const matching = wanted ? others.filter((one) => labelOf(one) === wanted || one.name === wanted) : [];
    if (wanted && matching.length !== 1) {
      setState({ failure: t(matching.length ? 'dashboard.person_ambiguous' : 'dashboard.person_unknown') });
      return;
    }
    const unsaidAt = matters.findIndex(isUnsaid);
    if (unsaidAt >= 0) {
      setState({ unsaid: true });
      event.target.querySelectorAll('[name="what"]')[unsaidAt].focus();
      return;
    }
    const content = {
      posting_id: posting.id, successor_id: matching[0]?.id ?? null, handed_on: fields.handed_on,
      matters: matters.filter((one) => one.what.trim()).map((one) => ({ what: one.what.trim(), due_on: one.due_on || null, note: one.note.trim() || null })),
      note: fields.note.trim() || null,
    };
    const same = sent.current && sent.current.text === JSON.stringify(content);
    sent.current = { id: same ? sent.current.id : newId(), text: JSON.stringify(content) };
    setState({ busy: true });
    try {
      const handover = await post('/handovers', { id: sent.current.id, ...content });
      announce(t('dashboard.handover_saved'));
      setState({});
      onDone(handover);
    } catch (error) {
      setState({ failure: failureText(error) });
    }
  };
  return html`
    <form class="form" onSubmit=${send} novalidate data-testid="handover-form">
      <label>${t('dashboard.handed_on')}<input type="date" value=${fields.handed_on} onInput=${set('handed_on')} data-testid="handed-on" /></label>
      <label class="handover-successor">${t('dashboard.successor')}
        <input list="successors" autocomplete="off" value=${fields.successor} onInput=${set('successor')} placeholder=${t('dashboard.successor_hint')} data-testid="successor" /></label>
      <datalist id="successors">${others.map((one) => html`<option key=${one.id} value=${labelOf(one)}></option>`)}</datalist>
      <${Matters} matters=${matters} setMatters=${setMatters} refused=${Boolean(state.unsaid)} />
      <label class="form-wide">${t('dashboard.note')}<input maxlength=${NOTE_LENGTH} value=${fields.note} onInput=${set('note')} /></label>
      ${state.failure && html`<p class="failure-text form-wide" role="alert">${state.failure}</p>`}
      <div class="buttons form-wide"><button type="submit" class="button button-main" disabled=${state.busy} data-testid="handover-send">
        ${t(state.busy ? 'dashboard.sending' : 'dashboard.handover_send')}</button></div>
    </form>`;
}

function Done({ handover, cadre, file }) {
  return html`
    <li class="handover" data-testid="handover" data-id=${handover.id}>
      <p><strong>${fullDay(handover.handed_on)}</strong> ${handover.successor ? t('dashboard.handed_to', { name: handover.successor.name }) : t('dashboard.handed_to_nobody')}
        <span class="fine"> ${handover.made_by?.name} · ${instantText(handover.made_at)}</span></p>
      <button type="button" class="button" disabled=${Boolean(file.busy)} data-testid="print-handover"
        onClick=${() => file.run(handover.id, `handover-${cadre.id}.docx`, { kind: 'handover', handover_id: handover.id, format: 'docx' })}>
        ${t(file.busy === handover.id ? 'dashboard.export_making' : 'dashboard.print_handover')}</button>
    </li>`;
}

const postedText = (posting) => `${posting.village.name} · ${posting.to_on
  ? fullSpan(posting.from_on, posting.to_on) : t('dashboard.posted_since', { from: fullDay(posting.from_on) })}`;

/** Which of the person's postings it is about, where there are several that the user reaches. */
function Which({ cadre, posting, setPosting }) {
  const { scope } = useContext(Page);
  const source = useLoad(() => get('/postings', { cadre_id: cadre.id }), [cadre.id]);
  const own = (source.data?.postings ?? []).filter(({ village }) => scope.roots.some((root) => liesIn(village.code, root)));
  if (own.length < 2) return html`<p class="fine">${postedText(posting)}</p>`;
  return html`
    <label class="inline-field">${t('dashboard.which_posting')}
      <select value=${posting.id} onChange=${(event) => setPosting(own.find(({ id }) => String(id) === event.target.value))} data-testid="handover-posting">
        ${own.map((one) => html`<option key=${one.id} value=${one.id}>${postedText(one)}</option>`)}
      </select></label>`;
}

/** Everything about the end of one of a person's postings; who succeeds is looked for below `division`. */
export function Handover({ cadre, division, onClose }) {
  const { me } = useContext(Page);
  const [posting, setPosting] = useState(cadre.posting);
  const file = useFile();
  const source = useLoad(async () => {
    const [held, soon] = await Promise.all([get('/handovers', { posting_id: posting.id }), comingSoon({ code: division.code, today: me.today })]);
    return { ...held, cadres: soon.cadres };
  }, [posting.id, division.code]);
  const done = () => source.reload();
  return html`
    <${Dialog} title=${t('dashboard.handover_title', { name: cadre.name })} onClose=${onClose} testid="handover-dialog">
      <${Which} cadre=${cadre} posting=${posting} setPosting=${setPosting} />
      <${Loaded} source=${source} lines=${4}>
        ${({ handovers, open, cadres }) => html`
          ${open && html`<${Open} open=${open} />`}
          ${handovers.length > 0 && html`<ul>${handovers.map((one) => html`<${Done} key=${one.id} handover=${one} cadre=${cadre} file=${file} />`)}</ul>`}
          <${Form} key=${`${posting.id} ${handovers.length}`} cadre=${cadre} posting=${posting} cadres=${cadres} onDone=${done} />`}<//>
      <div class="buttons">
        <button type="button" class="button" disabled=${Boolean(file.busy)} data-testid="print-certificate"
          onClick=${() => file.run('certificate', `certificate-${cadre.id}.docx`, { kind: 'certificate', cadre_id: cadre.id, format: 'docx' })}>
          ${t(file.busy === 'certificate' ? 'dashboard.export_making' : 'dashboard.print_certificate')}</button>
        <span class="fine">${t('dashboard.certificate_note')}</span>
      </div>
      ${file.failure && html`<p class="failure-text" role="alert">${file.failure}</p>`}
    <//>`;
}
