// What is due: a few lines on the first view, each told by the view that it leads to.
import { html, useEffect, useState } from '/vendor/htm-preact.js';
import { FED } from '/static/shared/store.js';
import { t } from '/static/shared/i18n.js';
import { todo as concerns } from './concerns.js';
import { todo as conflicts } from './conflicts.js';
import { usePhone } from './context.js';
import { todo as diary } from './diary.js';
import { todo as notices } from './notices.js';
import { todo as oddities } from './oddities.js';
import { todo as promises } from './promises.js';
import { todo as reports } from './reports.js';
import { todo as visits } from './visits.js';

/**
 * Each is asked with the phone's context and answers, at once or later, [{key, text, href, urgent}]: what is due this
 * week in so many words, where it is done, and whether it is late; with `answers` [{key, text, run}] it is a question
 * that one tap answers. They read what the phone keeps, so that the list stands without a network; one that fails is
 * left out.
 */
const SOURCES = [conflicts, notices, oddities, visits, concerns, promises, diary, reports];

export function Todo() {
  const phone = usePhone();
  const [items, setItems] = useState([]);
  useEffect(() => {
    let current = true;
    const look = () => Promise.allSettled(SOURCES.map(async (source) => source(phone))).then((answers) => {
      if (current) setItems(answers.flatMap(({ value }) => value ?? []));
    });
    look();
    addEventListener(FED, look);
    return () => {
      current = false;
      removeEventListener(FED, look);
    };
  }, [phone.today, phone.records, phone.userId]);
  if (!items.length) return null;
  return html`
    <section class="panel" data-testid="todo">
      <h2>${t('field.todo.title')}</h2>
      <ul class="plain todo">
        ${items.map(({ key, text, href, urgent, answers }) => html`
          <li key=${key}><a class="todo__line ${urgent ? 'todo__line--urgent' : ''}" href=${href} data-testid="todo-line">
            <span>${text}</span><span aria-hidden="true">›</span>
          </a>
          ${answers && html`<div class="pair">${answers.map((one) => html`
            <button key=${one.key} type="button" class="chip" onClick=${one.run} data-testid=${`todo-${one.key}`}>${one.text}</button>`)}</div>`}</li>`)}
      </ul>
    </section>`;
}
