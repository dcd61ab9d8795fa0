/**
 * The right side of a ranking page: the ranking so far, with Up, Down, Tie with above, Remove.
 *
 * Each candidate keeps one element for as long as the page is open; moving it keeps the focus on the same button.
 */
import { dense, groups, movesLeft } from '../state/ranking.js';
import { place, say } from '../words/say.js';
import { el, setExhausted, setText } from './dom.js';
import { button, subheading } from './pieces.js';

const MOVES = ['up', 'down', 'tie', 'remove'];

/** @returns {{element: HTMLElement, title: HTMLElement, refresh: (contest: import('../state/ballot.js').Contest) => void}} */
export function rankingPanel({ candidates }, { move }) {
  const items = candidates.map(({ name }, number) => rankedItem(name, number, move));
  const list = el('ul', { class: 'booth-ranking', role: 'list' });
  const note = el('p', { class: 'govuk-body' });
  const drag = el('p', { class: 'govuk-hint booth-drag' }, say('panel.drag'));
  const title = subheading(say('panel.title'), 'booth-panel-title');
  title.tabIndex = -1;
  const refresh = (contest) => {
    const ranked = contest.blank ? [] : groups(contest.ranks, contest.order).flat();
    keepingFocus(list, title, () => arrangeItems(list, ranked.map((number) => items[number].element)));
    ranked.forEach((number) => items[number].refresh(contest.ranks));
    setText(note, emptyNote(contest, ranked));
    note.hidden = ranked.length > 0;
    drag.hidden = ranked.length < 2;
  };
  acceptDrops(list, items, move);
  const element = el('section', { class: 'booth-panel', 'aria-labelledby': 'booth-panel-title' }, title, note, list, drag);
  return { element, refresh, title };
}

function emptyNote({ blank, ranks }) {
  if (!blank) {
    return say('panel.empty');
  }
  return say(ranks.some(Boolean) ? 'panel.blank.kept' : 'panel.blank');
}

function arrangeItems(list, wanted) {
  [...list.children].filter((item) => !wanted.includes(item)).forEach((item) => item.remove());
  wanted.forEach((item, position) => {
    if (list.children[position] !== item) {
      list.insertBefore(item, list.children[position] ?? null);
    }
  });
}

/** A moved element loses the focus; give it back, or to the neighbour of what is gone, or to the heading. */
function keepingFocus(list, title, change) {
  const active = list.contains(document.activeElement) ? document.activeElement : null;
  const position = active ? [...list.children].findIndex((item) => item.contains(active)) : -1;
  change();
  if (!active || document.activeElement === active) {
    return;
  }
  const neighbour = list.children[Math.min(position, list.children.length - 1)];
  (active.isConnected ? active : neighbour?.querySelector('.booth-move--remove') ?? title).focus();
}

function rankedItem(name, number, move) {
  const rank = el('span', { class: 'booth-ranked__place' });
  const buttons = Object.fromEntries(MOVES.map((kind) => [kind, button(say(`panel.${kind}`),
    () => move({ move: kind, candidate: number }),
    { kind: 'secondary', of: name, class: `booth-move booth-move--${kind}` })]));
  const element = el('li', { class: 'booth-ranked', draggable: 'true', 'data-candidate': number },
    el('p', { class: 'booth-ranked__name' }, rank, ' ', el('strong', {}, name)),
    el('div', { class: 'booth-ranked__moves' }, ...MOVES.map((kind) => buttons[kind])));
  const refresh = (ranks) => {
    const tight = dense(ranks);
    const tied = tight.filter((other) => other === tight[number]).length > 1;
    setText(rank, say(tied ? 'panel.place.tied' : 'panel.place', { place: place(tight[number]) }));
    const left = movesLeft(ranks, number);
    ['up', 'down', 'tie'].forEach((kind) => setExhausted(buttons[kind], !left[kind]));
  };
  return { element, refresh };
}

/** Dragging with a mouse: dropping a name on another one puts it directly above. */
function acceptDrops(list, items, move) {
  let dragged = null;
  const target = ({ target: node }) => (node instanceof Element ? node.closest('.booth-ranked') : null);
  const mark = (item) => items.forEach(({ element }) => element.classList.toggle('booth-ranked--target', element === item));
  list.addEventListener('dragstart', (event) => {
    dragged = target(event) ? Number(target(event).dataset.candidate) : null;
  });
  list.addEventListener('dragover', (event) => {
    if (dragged !== null && target(event)) {
      event.preventDefault();
      mark(target(event));
    }
  });
  list.addEventListener('drop', (event) => {
    if (dragged === null || !target(event)) {
      return;
    }
    event.preventDefault();
    move({ move: 'drop', candidate: dragged, above: Number(target(event).dataset.candidate) });
  });
  list.addEventListener('dragend', () => {
    dragged = null;
    mark(null);
  });
}
