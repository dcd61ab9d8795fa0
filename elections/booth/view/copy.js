/**
 * Copying, saving and printing what a voter wants to keep.
 */
import { say } from '../words/say.js';
import { el, setText } from './dom.js';

/** Copy a text and say so; where the browser refuses (plain http in a local network), say how to do it by hand. */
export async function copyText(text, status, done) {
  try {
    await navigator.clipboard.writeText(text);
    setText(status, say(done));
  } catch {
    setText(status, say('seal.copy.failed'));
  }
}

/** Hand a text to the browser as a file to save. */
export function saveText(text, name, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = el('a', { href: address, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
