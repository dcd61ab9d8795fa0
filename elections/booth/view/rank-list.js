/**
 * The left side of a ranking page: every candidate with statement, number and "Rank 3rd".
 *
 * Rows stay where they are while the voter works in them; only the button "Put the list in my order" moves them.
 */
import { dense, nextRank, setRank } from '../state/ranking.js';
import { listNames, place, say } from '../words/say.js';
import { el, hidden, setExhausted, setText } from './dom.js';
import { button, details, subheading } from './pieces.js';
import { statementNodes } from './statement.js';

/** From this many candidates on, a field finds one by name. */
const FILTER_ABOVE = 12;

/**
 * @param {object} contest as the server describes it
 * @param {{index: number, move: Function, arrange: Function}} doing what the controls do
 * @returns {{element: HTMLElement, refresh: (contest: import('../state/ballot.js').Contest) => void, first: Function}}
 */
export function candidateList(contest, doing) {
  const rows = contest.candidates.map((candidate, number) => candidateRow(candidate, number, contest, doing));
  const list = el('ul', { class: 'booth-candidates', role: 'list' });
  const order = el('p', { class: 'govuk-hint' });
  const arrange = button('', () => doing.arrange(), { kind: 'secondary' });
  const refresh = (state) => {
    rows.forEach((row) => row.refresh(state));
    setText(order, say(state.mine ? 'rank.candidates.mine' : 'rank.candidates.order'));
    setText(arrange, say(state.mine ? 'rank.arrange.published' : 'rank.arrange.mine'));
    arrangeRows(list, state.list.map((number) => rows[number].element));
  };
  const filter = rows.length > FILTER_ABOVE ? filterField(contest, rows) : null;
  const element = el('section', { class: 'booth-list', 'aria-labelledby': 'booth-list-title' },
    subheading(say('rank.candidates'), 'booth-list-title'), order, filter, arrange, list);
  return { element, refresh, first: () => list.querySelector('select') };
}

/** Move rows only where the order differs, so that an untouched row keeps its focus and its open statement. */
function arrangeRows(list, elements) {
  elements.forEach((element, position) => {
    if (list.children[position] !== element) {
      list.insertBefore(element, list.children[position] ?? null);
    }
  });
}

function candidateRow(candidate, number, contest, doing) {
  const select = rankSelect(number, contest, doing);
  const next = nextButton(candidate, number, doing);
  const element = el('li', { class: 'booth-candidate' },
    el('h3', { class: 'govuk-heading-s booth-candidate__name' }, candidate.name),
    candidate.withdrawn ? el('p', { class: 'govuk-body-s booth-candidate__affiliations' }, el('strong', {}, say('rank.withdrawn'))) : null,
    el('p', { class: 'govuk-body-s booth-candidate__affiliations' }, affiliations(candidate)),
    candidate.statement_html ? statement(candidate) : null,
    el('div', { class: 'booth-candidate__controls' },
      el('div', { class: 'govuk-form-group' },
        el('label', { class: 'govuk-label', for: select.id },
          say('rank.select'), ' ', hidden(say('rank.select.of', { name: candidate.name }))),
        select),
      next.element));
  const refresh = ({ ranks, blank }) => {
    select.value = String(ranks[number]);
    element.classList.toggle('booth-candidate--ranked', ranks[number] > 0 && !blank);
    next.refresh(ranks, blank);
  };
  return { element, refresh, name: candidate.name };
}

function affiliations({ affiliations: names }) {
  return names.length ? say('rank.affiliations', { names: listNames(names) }) : say('rank.affiliations.none');
}

function statement({ name, statement_html: html }) {
  const box = details(say('rank.statement'), ...statementNodes(html));
  box.querySelector('.govuk-details__summary-text').append(' ', hidden(say('rank.statement.of', { name })));
  return box;
}

function rankSelect(number, { candidates }, { index, move }) {
  const options = [el('option', { value: 0 }, say('rank.select.none')),
    ...candidates.map((_, rank) => el('option', { value: rank + 1 }, String(rank + 1)))];
  const choose = ({ target }) => move({ move: 'set', candidate: number, rank: Number(target.value) });
  // Browsers restore a select's old value on a reload; the ballot starts empty, and so must they.
  return el('select', { class: 'govuk-select', id: `rank-${index + 1}-${number}`, autocomplete: 'off', on: { change: choose } },
    ...options);
}

function nextButton({ name }, number, { move }) {
  const element = button('', () => move({ move: 'next', candidate: number }), { kind: 'secondary', of: name });
  const text = element.querySelector('.booth-button__text');
  const refresh = (ranks, blank) => {
    const done = ranks[number] > 0 && !blank;
    setExhausted(element, done);
    setText(text, done
      ? say('rank.button.done', { place: place(dense(ranks)[number]) })
      : say('rank.button', { place: place(nextRank(setRank(ranks, number, 0))) }));
  };
  return { element, refresh };
}

/** A name as people type it in a hurry: without capitals and accents. */
function folded(text) {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase();
}

function filterField({ candidates }, rows) {
  const count = el('p', { class: 'govuk-hint', role: 'status' });
  const apply = (wanted) => {
    const needle = folded(wanted.trim());
    const shown = rows.filter(({ element, name }) => {
      element.hidden = !folded(name).includes(needle);
      return !element.hidden;
    });
    setText(count, say('rank.filter.count', { count: shown.length, total: candidates.length }));
  };
  apply('');
  return el('div', { class: 'govuk-form-group' },
    el('label', { class: 'govuk-label', for: 'booth-filter' }, say('rank.filter')),
    el('input', { class: 'govuk-input', id: 'booth-filter', type: 'search', autocomplete: 'off',
      on: { input: ({ target }) => apply(target.value) } }),
    count);
}
