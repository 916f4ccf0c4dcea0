// The villager's page: a card's code in, one ballot out. Nothing is kept on the phone, and nobody is asked who it is.
import { html, render } from '/vendor/htm-preact.js';
import { newId } from '/static/shared/ids.js';
import { codeOf } from './code.js';
import { Page } from './screens.js';
import { ask, tryNow } from './sending.js';
import { speak } from './words.js';

/** How long a chosen answer is shown, and how long the next screen then takes no tap: the second of a double one. */
const SHOWN_MS = 300;
const QUIET_MS = 350;

const root = document.getElementById('page');
const BLANK = { screen: 'opening', step: 0, paper: null, answers: {}, text: '', waiting: null, sending: false,
  isAstray: false, isQuiet: false };
let state = BLANK;
/** The card's code and the random number of the page's one ballot; they live as long as the page. */
let card = null;
let moving = 0;
/** Counts the cards: an answer about an earlier one is not waited for any more. */
let turn = 0;

function update(changes) {
  state = { ...state, ...changes };
  render(html`<${Page} state=${state} actions=${actions} />`, root);
}

/** One question on, with an entry in the browser's history for its back button; the entry knows only a number. */
function goTo(step) {
  history.pushState({ step }, '', '/r/');
  update({ step });
}

function waitingFor(mine) {
  return { tell: (waiting) => update({ waiting }), isWanted: () => mine === turn };
}

const actions = {
  async speak(wanted) {
    try {
      await speak(wanted);
    } catch (error) {
      // Without a network the page goes on in the language that it has.
    }
    update({});
  },

  /** Ask what this card asks. */
  async open(code) {
    turn += 1;
    card = { code, attempt: newId() };
    update({ ...BLANK });
    const answer = await ask('/ballot-papers', { code }, waitingFor(turn));
    if (answer) update(answer.status === 200 && answer.data ? { screen: 'asking', paper: answer.data, waiting: null }
      : refusal(answer));
  },

  choose(question, { key }) {
    if (state.isQuiet) return;
    update({ answers: { ...state.answers, [question.key]: key }, isQuiet: true });
    moving = setTimeout(goTo, SHOWN_MS, state.step + 1);
    setTimeout(update, SHOWN_MS + QUIET_MS, { isQuiet: false });
  },

  write(text) {
    update({ text });
  },

  back() {
    history.back();
  },

  async send() {
    if (state.sending || state.isQuiet) return;
    update({ sending: true, waiting: null });
    const body = { id: card.attempt, code: card.code, answers: state.answers, text: state.text.trim() || null };
    const answer = await ask('/ballots', body, waitingFor(turn));
    if (!answer) return;
    // Whoever is given the phone next finds nothing.
    card = null;
    update(answer.status < 300 ? { ...BLANK, screen: 'done' } : { ...BLANK, ...refusal(answer), paper: state.paper });
  },

  tryNow,

  type() {
    turn += 1;
    update({ ...BLANK, screen: 'typing' });
  },
};

function refusal({ status }) {
  return { screen: status === 403 ? 'card' : 'problem', waiting: null };
}

/** The code out of the fragment, which leaves the address bar at once; the path is never read for one. */
function begin() {
  const fragment = location.hash.slice(1);
  const isAstray = Boolean(fragment) || location.pathname !== '/r/';
  history.replaceState({ step: 0 }, '', '/r/');
  if (state.sending) return;
  const code = codeOf(unescaped(fragment));
  if (code) actions.open(code);
  else update({ ...BLANK, screen: 'typing', isAstray });
}

function unescaped(fragment) {
  try {
    return decodeURIComponent(fragment);
  } catch (error) {
    // A stray percent sign is no code.
    return '';
  }
}

window.addEventListener('popstate', (event) => {
  clearTimeout(moving);
  if (state.screen !== 'asking') return;
  if (state.sending) history.pushState({ step: state.step }, '', '/r/');
  else update({ step: Math.min((event.state && event.state.step) || 0, Object.keys(state.answers).length) });
});
window.addEventListener('hashchange', () => { if (location.hash) begin(); });
// What is not sent yet would be lost with the page.
window.addEventListener('beforeunload', (event) => {
  if (state.sending) {
    event.preventDefault();
    event.returnValue = '';
  }
});

// What stood here for who waits, or has no script.
root.textContent = '';
begin();
