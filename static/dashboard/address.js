// The address of the page is where one is: view, division, level, month, cadre and day, all in the query string.
import { html, useEffect, useState } from '/vendor/htm-preact.js';

const NAMES = ['view', 'division', 'level', 'page', 'month', 'cadre', 'day', 'state', 'query', 'user', 'year', 'kind',
  'contract', 'revision', 'line', 'acceptance', 'notice', 'check', 'sheet', 'disclosure', 'concern', 'campaign', 'vote',
  'source_kind', 'source_id', 'suggestion', 'about', 'topic', 'measure', 'oddity', 'duty'];
const MOVED = 'zhucun:moved';
const MONTH = /^20\d\d-(0[1-9]|1[0-2])$/;
const DAY = /^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

/** What the query string says; names that are absent or cannot be meant are left out. */
function readAddress(search = location.search) {
  const query = new URLSearchParams(search);
  const address = Object.fromEntries(NAMES.filter((name) => query.get(name)).map((name) => [name, query.get(name)]));
  if (!MONTH.test(address.month)) delete address.month;
  if (!DAY.test(address.day)) delete address.day;
  return address;
}

/** The link to an address. */
function hrefOf(address) {
  const pairs = NAMES.filter((name) => address[name] !== undefined && address[name] !== null).map((name) => [name, address[name]]);
  return pairs.length ? `?${new URLSearchParams(pairs)}` : location.pathname;
}

/** Go there without loading the page anew. `replace` for a change that "back" should not stop at. */
export function go(address, { replace = false } = {}) {
  history[replace ? 'replaceState' : 'pushState'](null, '', hrefOf(address));
  dispatchEvent(new Event(MOVED));
}

/** The present address; renders anew on every move, back and forward included. */
export function useAddress() {
  const [address, setAddress] = useState(readAddress);
  useEffect(() => {
    const read = () => setAddress(readAddress());
    addEventListener('popstate', read);
    addEventListener(MOVED, read);
    return () => {
      removeEventListener('popstate', read);
      removeEventListener(MOVED, read);
    };
  }, []);
  return address;
}

/** A real link, so that it opens in a new tab too; a plain click stays in the page. */
export function Link({ to, children, ...rest }) {
  const follow = (event) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(to);
  };
  return html`<a href=${hrefOf(to)} onClick=${follow} ...${rest}>${children}</a>`;
}
