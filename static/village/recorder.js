// Records a few sentences where the browser can; a file that was recorded elsewhere always will do.

const KINDS = ['audio/mp4', 'audio/webm;codecs=opus', 'audio/ogg;codecs=opus'];
/** A minute of speech at so many bits weighs a third of what the server takes. */
const BITS_PER_SECOND = 24000;
export const MOST_SECONDS = 60;
export const MOST_BYTES = 600 * 1024;

const kind = () => (typeof MediaRecorder === 'function' ? KINDS.find((one) => MediaRecorder.isTypeSupported(one)) : undefined);

/** Browsers listen on a secure page only. */
export const canRecord = () => Boolean(navigator.mediaDevices?.getUserMedia && kind());

/**
 * Listen until `stop` is called or a minute is over: {stop, done}, and `done` answers what was heard as a Blob.
 * Throws where the person or the browser forbids it.
 */
export async function listen() {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const recorder = new MediaRecorder(stream, { mimeType: kind(), audioBitsPerSecond: BITS_PER_SECOND });
  const parts = [];
  const stop = () => recorder.state !== 'inactive' && recorder.stop();
  const timer = setTimeout(stop, MOST_SECONDS * 1000);
  const done = new Promise((resolve, reject) => {
    recorder.addEventListener('dataavailable', ({ data }) => parts.push(data));
    recorder.addEventListener('error', ({ error }) => reject(error));
    recorder.addEventListener('stop', () => resolve(new Blob(parts, { type: kind().split(';')[0] })));
  }).finally(() => {
    clearTimeout(timer);
    // The telephone's sign that somebody listens goes out.
    stream.getTracks().forEach((track) => track.stop());
  });
  recorder.start();
  return { stop, done };
}
