/**
 * The page's side of the worker: each task a promise.
 */
import { Refusal } from './crypto/refusal.js';

/**
 * Start the worker at `url`.
 * @returns {{open: Function, publicCredential: Function, seal: Function, reveal: Function, forget: Function, stop: Function}}
 */
export function startSealer(url) {
  const worker = new Worker(url, { type: 'module' });
  const waiting = new Map();
  let last = 0;
  let dead = null;
  const ask = (name, values) => new Promise((resolve, reject) => {
    if (dead) {
      reject(dead);
      return;
    }
    last += 1;
    waiting.set(last, { resolve, reject });
    worker.postMessage({ id: last, name, values });
  });
  worker.onmessage = ({ data: { id, value, fault } }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (fault) {
      reject(new Refusal(fault.code, fault.message));
    } else {
      resolve(value);
    }
  };
  worker.onerror = () => {
    dead = new Refusal('no-worker', 'The worker did not start.');
    waiting.forEach(({ reject }) => reject(dead));
    waiting.clear();
  };
  return {
    open: (electionText) => ask('open', { electionText }),
    publicCredential: (credential) => ask('publicCredential', { credential }),
    seal: (credential, rankings) => ask('seal', { credential, rankings }),
    reveal: () => ask('reveal', {}),
    forget: () => ask('forget', {}),
    stop: () => worker.terminate(),
  };
}
