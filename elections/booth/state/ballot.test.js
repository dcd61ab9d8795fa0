/** The ballot's state: what is sealed is what is shown, and what is cast is forgotten. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyBallot, hasUnsavedChoices, isAnswered, reduce, sealedRanks } from './ballot.js';
import { allowedStep, contestOf, isLaterStep, stepNames } from './steps.js';

const CONTESTS = [{ order: [2, 0, 1] }, { order: [0, 1] }];
const play = (...actions) => actions.reduce(reduce, emptyBallot(CONTESTS, null));
const rank = (contest, candidate, number) => ({ type: 'move', move: 'set', contest, candidate, rank: number });
const SEALED = { type: 'sealed', sealed: { ballot: '{}', tracker: 't' } };
const READY = [rank(0, 0, 1), { type: 'blank', contest: 1, blank: true }, { type: 'credential', credential: 'c' }];

test('nothing is preselected', () => {
  const state = emptyBallot(CONTESTS, null);
  assert.ok(state.contests.every((contest) => !isAnswered(contest) && contest.ranks.every((number) => number === 0)));
  assert.equal(hasUnsavedChoices(state), false);
});

test('gaps are closed when the ballot is sealed', () => {
  assert.deepEqual(sealedRanks(play(rank(0, 0, 3), rank(0, 2, 1)).contests[0]), [2, 0, 1]);
});

test('a blank vote seals zeros and keeps the ranking for when it is undone', () => {
  const blank = play(rank(0, 0, 1), { type: 'blank', contest: 0, blank: true });
  assert.deepEqual(sealedRanks(blank.contests[0]), [0, 0, 0]);
  const undone = reduce(blank, { type: 'blank', contest: 0, blank: false });
  assert.deepEqual(sealedRanks(undone.contests[0]), [1, 0, 0]);
});

test('ranking somebody undoes the blank vote', () => {
  const [contest] = play({ type: 'blank', contest: 0, blank: true }, rank(0, 1, 1)).contests;
  assert.equal(contest.blank, false);
});

for (const change of [rank(0, 1, 2), { type: 'blank', contest: 0, blank: true }, { type: 'credential', credential: 'd' },
  { type: 'discarded' }]) {
  test(`${change.type} throws away what was sealed before`, () => {
    const state = play(...READY, SEALED, { type: 'attempted' }, { type: 'unsure' }, change);
    assert.deepEqual([state.sealed, state.attempted, state.unsure], [null, false, false]);
  });
}

test('putting the list in order, or the same credential again, keeps what was sealed', () => {
  const state = play(...READY, SEALED, { type: 'arrange', contest: 0, mine: true }, { type: 'credential', credential: 'c' });
  assert.deepEqual(state.sealed, SEALED.sealed);
});

test('the list goes into the voter’s order only when asked, and back', () => {
  const ranked = play(rank(0, 1, 1), rank(0, 0, 2));
  assert.deepEqual(ranked.contests[0].list, [2, 0, 1]);
  const mine = reduce(ranked, { type: 'arrange', contest: 0, mine: true });
  assert.deepEqual(mine.contests[0].list, [1, 0, 2]);
  assert.deepEqual(reduce(mine, rank(0, 2, 1)).contests[0].list, [1, 0, 2]);
  assert.deepEqual(reduce(mine, { type: 'arrange', contest: 0, mine: false }).contests[0].list, [2, 0, 1]);
});

test('after casting, the state holds the receipt and neither choices nor credential', () => {
  const state = play(...READY, SEALED, { type: 'cast', receipt: { tracker: 't' } });
  assert.deepEqual(state.receipt, { tracker: 't' });
  assert.equal(state.credential, '');
  assert.equal(state.sealed, null);
  assert.ok(state.contests.every(({ ranks, blank }) => !blank && ranks.every((number) => number === 0)));
  assert.equal(hasUnsavedChoices(state), false);
});

test('there is one ranking page for each contest', () => {
  assert.deepEqual(stepNames(2), ['start', 'rank-1', 'rank-2', 'review', 'credential', 'seal', 'test', 'receipt']);
  assert.equal(contestOf('rank-2'), 1);
  assert.equal(contestOf('review'), -1);
  const later = ['', 'start', 'rank-2', 'rank-3', 'seal', 'receipt'].map((step) => isLaterStep(2, step));
  assert.deepEqual(later, [false, false, true, false, true, true]);
});

const ALLOWED = [
  ['the review of an empty ballot', [], 'review', 'start'],
  ['the review with a contest missing', [rank(0, 0, 1)], 'review', 'rank-2'],
  ['the review of a full ballot', READY, 'review', 'review'],
  ['sealing without a credential', READY.slice(0, 2), 'seal', 'credential'],
  ['sealing with everything', READY, 'seal', 'seal'],
  ['testing before anything is sealed', READY, 'test', 'seal'],
  ['testing what is sealed', [...READY, SEALED], 'test', 'test'],
  ['testing what was sent once', [...READY, SEALED, { type: 'attempted' }], 'test', 'seal'],
  ['a receipt before casting', [...READY, SEALED], 'receipt', 'seal'],
  ['an unknown step', READY, 'rank-9', 'start'],
  ['anything after casting', [...READY, SEALED, { type: 'cast', receipt: {} }], 'rank-1', 'receipt'],
];

for (const [what, actions, wanted, shown] of ALLOWED) {
  test(`${what} leads to ${shown}`, () => {
    assert.equal(allowedStep(play(...actions), wanted), shown);
  });
}
