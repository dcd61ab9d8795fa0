/**
 * A page that waits for mixing or decryption looks again by itself, and reloads when something has changed.
 *
 * The page is right without it: it says how far things are, and has a link to look again. It never reloads while the
 * reader has the focus in a form, so that nothing typed or chosen is lost.
 */
const SECONDS = 5;
const waiting = document.querySelector('[data-progress]');

async function changed() {
  const answer = await fetch(waiting.dataset.progress, { headers: { Accept: 'application/json' } });
  if (!answer.ok) {
    return false;
  }
  const now = await answer.json();
  return now.phase !== waiting.dataset.phase || String(now.done) !== waiting.dataset.done;
}

async function lookAgain() {
  const busy = document.activeElement?.closest('form');
  if (!document.hidden && !busy && (await changed().catch(() => false))) {
    location.reload();
    return;
  }
  setTimeout(lookAgain, SECONDS * 1000);
}

if (waiting) {
  setTimeout(lookAgain, SECONDS * 1000);
}
