// Asking the server from a component: loading, error and data, with the last good data kept while asking again.
import { useCallback, useEffect, useRef, useState } from '/vendor/htm-preact.js';
import { toLogin } from './api.js';

/**
 * Run `load` whenever `deps` change. Answers {data, error, busy, reload, change}.
 * `data` belongs to the present deps or is null; `reload` keeps it on the screen while asking again;
 * `change` replaces it on the spot. An answer that comes after the deps have changed is dropped.
 */
export function useLoad(load, deps) {
  const [state, setState] = useState({ data: null, error: null, busy: true });
  const turn = useRef(0);
  const latest = useRef(null);
  const run = useCallback(async (keep) => {
    turn.current += 1;
    const mine = turn.current;
    setState((old) => ({ data: keep ? old.data : null, error: null, busy: true }));
    try {
      const data = await load();
      if (mine === turn.current) setState({ data, error: null, busy: false });
    } catch (error) {
      if (error.status === 401) {
        toLogin('ended');
      } else if (mine === turn.current) {
        setState((old) => ({ data: keep ? old.data : null, error, busy: false }));
      }
    }
  }, deps);
  latest.current = run;
  useEffect(() => {
    run(false);
    return () => {
      turn.current += 1;
    };
  }, [run]);
  const change = useCallback((how) => setState((old) => (old.data ? { ...old, data: how(old.data) } : old)), []);
  // Whoever saved something before the deps changed reloads what is shown now, not what was.
  return { ...state, reload: useCallback(() => latest.current(true), []), change };
}

/** What to tell a person about a failed change; a lost session leads to the log-in page. */
export function failureText(error) {
  if (error.status === 401) toLogin('ended');
  return error.message;
}

/** What X-Pagination says, or one page when the server did not page. */
export function pagesOf(headers) {
  const pages = JSON.parse(headers.get('X-Pagination') ?? 'null');
  return { page: pages?.page ?? 1, last: pages?.last_page ?? pages?.total_pages ?? 1, total: pages?.total ?? null };
}
