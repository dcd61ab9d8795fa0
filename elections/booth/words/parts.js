/**
 * A message around an element: "Check it with: <code>…</code>" without markup inside the message.
 */
import { say } from './say.js';

/** The message `key` as nodes and strings, with each value that is a node standing where its name stood. */
export function sayAround(key, nodes, values = {}) {
  const names = Object.keys(nodes);
  const marks = Object.fromEntries(names.map((name, index) => [name, `\u0001${index}\u0001`]));
  const pieces = say(key, { ...values, ...marks }).split('\u0001');
  return pieces.map((piece, index) => (index % 2 ? nodes[names[Number(piece)]] : piece));
}
