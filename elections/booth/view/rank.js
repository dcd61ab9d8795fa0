/**
 * A ranking page: the candidates, the ranking so far, the blank vote, and a line that always says where things stand.
 */
import { isAnswered } from '../state/ballot.js';
import { dense, movesLeft } from '../state/ranking.js';
import { describeCount, describeMove } from '../words/describe.js';
import { place, say } from '../words/say.js';
import { el, setText } from './dom.js';
import { backLink, button, errorSummary, heading, inset, jumpTo, paragraph, statusLine } from './pieces.js';
import { candidateList } from './rank-list.js';
import { rankingPanel } from './rank-panel.js';

/** What to say when a move has nothing left to do. */
const EXHAUSTED = { up: 'said.first', down: 'said.last', tie: 'said.untie', next: 'said.done' };

export function rankView(context, index) {
  const { booth, state, go } = context;
  const contest = booth.contests[index];
  const title = say('rank.title', { contest: contest.title });
  const current = () => state().contests[index];
  const page = pageParts(context, index, current);
  const next = () => (isAnswered(current()) ? go(stepAfter(booth, index)) : showNobodyRanked(page, title));
  page.refresh();
  return {
    title,
    refresh: page.refresh,
    content: [
      backLink(index === 0 ? 'start' : `rank-${index}`, go), page.errors,
      ...heading(title, caption(booth, index)), seats(contest), inset(say('rank.help')),
      el('div', { class: 'booth-columns' }, page.list.element, page.panel.element),
      el('div', { class: 'booth-bar' }, el('div', { class: 'booth-bar__line' }, page.count, page.toPanel), page.status),
      page.blank.element,
      button(say('button.continue'), next),
    ],
  };
}

/** The parts of the page that change, and one function that brings all of them up to date. */
function pageParts({ booth, act, retitle }, index, current) {
  const contest = booth.contests[index];
  const names = contest.candidates.map(({ name }) => name);
  const status = statusLine();
  const tell = (text) => setText(status, text);
  const doing = {
    index,
    move: (change) => makeMove({ change, index, names, current, act, tell }),
    arrange: () => arrange({ index, current, act, tell }),
  };
  const list = candidateList(contest, doing);
  const panel = rankingPanel(contest, doing);
  const blank = blankVote(index, act, tell);
  const count = el('p', { class: 'booth-bar__count' });
  const toPanel = el('p', { class: 'booth-bar__jump' }, jumpTo(panel.title, say('bar.panel')));
  const errors = el('div');
  const refresh = () => {
    [list, panel, blank].forEach((part) => part.refresh(current()));
    setText(count, describeCount(current()));
    if (errors.hasChildNodes() && isAnswered(current())) {
      errors.replaceChildren();
      retitle();
    }
  };
  return { list, panel, blank, count, toPanel, status, errors, refresh };
}

function stepAfter({ contests }, index) {
  return index + 1 < contests.length ? `rank-${index + 2}` : 'review';
}

function caption({ contests }, index) {
  return contests.length === 1
    ? say('rank.caption.only')
    : say('rank.caption', { number: index + 1, count: contests.length });
}

function seats({ seats: count, method, method_title: title }) {
  return paragraph(say('rank.seats', { count, method: title ?? method }));
}

function makeMove({ change, index, names, current, act, tell }) {
  const { ranks, blank } = current();
  const name = names[change.candidate];
  if (!blank && isExhausted(ranks, change)) {
    tell(say(EXHAUSTED[change.move], { name, place: place(dense(ranks)[change.candidate]) }));
    return;
  }
  act({ type: 'move', contest: index, ...change });
  tell(describeMove(current(), names, change.candidate));
}

function isExhausted(ranks, { move, candidate }) {
  return move === 'next' ? ranks[candidate] > 0 : movesLeft(ranks, candidate)[move] === false;
}

function arrange({ index, current, act, tell }) {
  const mine = !current().mine;
  act({ type: 'arrange', contest: index, mine });
  tell(say(mine ? 'rank.arranged.mine' : 'rank.arranged.published'));
}

function blankVote(index, act, tell) {
  const id = `blank-${index + 1}`;
  const choose = ({ target }) => {
    act({ type: 'blank', contest: index, blank: target.checked });
    tell(say(target.checked ? 'said.blank' : 'said.unblank'));
  };
  const box = el('input', { class: 'govuk-checkboxes__input', type: 'checkbox', id, autocomplete: 'off',
    'aria-describedby': `${id}-hint`, on: { change: choose } });
  const element = el('div', { class: 'govuk-form-group' },
    el('div', { class: 'govuk-checkboxes' }, el('div', { class: 'govuk-checkboxes__item' }, box,
      el('label', { class: 'govuk-label govuk-checkboxes__label', for: id }, say('rank.blank')),
      el('div', { class: 'govuk-hint govuk-checkboxes__hint', id: `${id}-hint` }, say('rank.blank.hint')))));
  return { element, refresh: (contest) => { box.checked = contest.blank; } };
}

function showNobodyRanked({ errors, list }, title) {
  const summary = errorSummary([{ text: say('rank.none'), target: list.first() }]);
  errors.replaceChildren(summary);
  document.title = say('title.error', { title });
  summary.focus();
}
