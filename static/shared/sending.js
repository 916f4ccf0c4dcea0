// Sends a record from a page that has no outbox, so that a second try is the same record.
import { useRef, useState } from '/vendor/htm-preact.js';
import { post } from './api.js';
import { newId } from './ids.js';
import { failureText } from './loading.js';

/**
 * Send what a form says, straight to the server: {send, busy, problem}. The same content again, after a cut line, is
 * the same record: id and moment stay. `dated` where the record says when it was made. `send` answers the record, or
 * false where it was not taken.
 */
export function useSending(path, { dated = true } = {}) {
  const [state, setState] = useState({ busy: false, problem: null });
  const last = useRef({});
  const send = async (content) => {
    const key = JSON.stringify(content);
    if (last.current.key !== key) last.current = { key, id: newId(), captured_at: new Date().toISOString() };
    const { id, captured_at: capturedAt } = last.current;
    setState({ busy: true, problem: null });
    try {
      const record = await post(path, { id, ...content, ...(dated && { captured_at: capturedAt }) });
      last.current = {};
      setState({ busy: false, problem: null });
      return record;
    } catch (error) {
      setState({ busy: false, problem: failureText(error) });
      return false;
    }
  };
  return { ...state, send };
}
