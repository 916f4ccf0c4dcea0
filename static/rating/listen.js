// Plays a question as somebody of the village says it, on a tap.
import { html, useEffect, useState } from '/vendor/htm-preact.js';
import { t } from './words.js';

/** One for the page: what a tap has once started, a phone lets play again. */
let audio = null;
const loaded = {};

async function load(id) {
  if (!loaded[id]) {
    const answer = await fetch(`/api/v1/recordings/${id}`, { credentials: 'omit', referrerPolicy: 'no-referrer' });
    if (!answer.ok) throw new Error(`no recording: ${answer.status}`);
    loaded[id] = URL.createObjectURL(await answer.blob());
  }
  return loaded[id];
}

/** Be quiet, as when the next question comes. */
function hush() {
  if (audio) audio.pause();
}

/** The button that plays a recording. It is loaded on the first tap, and not before. */
export function Listen({ id }) {
  const [state, setState] = useState('ready');
  useEffect(() => hush, [id]);
  const play = async () => {
    if (state === 'loading') return;
    if (state === 'playing') {
      hush();
      return;
    }
    audio = audio || new Audio();
    audio.onended = () => setState('ready');
    audio.onpause = () => setState('ready');
    // Within the tap, or some phones will not play what comes later.
    if (!loaded[id]) audio.load();
    setState('loading');
    try {
      audio.src = await load(id);
      await audio.play();
      setState('playing');
    } catch (error) {
      setState('failed');
    }
  };
  return html`<button type="button" class="listen" data-testid="listen" aria-busy=${state === 'loading'}
    onClick=${play}>
    <span aria-hidden="true">${state === 'playing' ? '■' : '▶'}</span> ${t(`rating.listen.${state}`)}</button>`;
}
