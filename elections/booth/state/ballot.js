/**
 * The whole ballot in the booth: every contest's ranking, the credential, what was sealed, the receipt.
 *
 * A pure reducer. Any change of a choice or of the credential throws away what was sealed from the old one, so a
 * sealed ballot always holds what the pages show.
 */
import * as ranking from './ranking.js';

/**
 * @typedef {object} Contest
 * @property {number[]} ranks as written by the voter, 0 = not ranked
 * @property {boolean} blank the voter chose to rank nobody
 * @property {readonly number[]} order the published order of the candidates
 * @property {readonly number[]} list the order in which they are shown now
 * @property {boolean} mine whether `list` is the voter's order
 *
 * @typedef {object} State
 * @property {readonly Contest[]} contests
 * @property {string} credential
 * @property {{ballot: string, tracker: string}|null} sealed
 * @property {boolean} attempted a cast of `sealed` was tried, so that it may already be on the board
 * @property {boolean} unsure an answer to `sealed` got lost, so that nobody here knows whether it is on the board
 * @property {object|null} receipt
 */

/** The empty ballot for the contests of a booth. @returns {State} */
export function emptyBallot(contests, credential) {
  return {
    contests: contests.map(({ order }) => ({ ranks: order.map(() => 0), blank: false, order, list: order, mine: false })),
    credential: credential ?? '',
    sealed: null,
    attempted: false,
    unsure: false,
    receipt: null,
  };
}

/** What each kind of move does to the ranks of a contest. */
const MOVES = {
  set: (ranks, { candidate, rank }) => ranking.setRank(ranks, candidate, rank),
  next: (ranks, { candidate }) => ranking.rankNext(ranks, candidate),
  up: (ranks, { candidate }) => ranking.moveUp(ranks, candidate),
  down: (ranks, { candidate }) => ranking.moveDown(ranks, candidate),
  tie: (ranks, { candidate }) => ranking.tieWithAbove(ranks, candidate),
  remove: (ranks, { candidate }) => ranking.remove(ranks, candidate),
  drop: (ranks, { candidate, above }) => ranking.placeAbove(ranks, candidate, above),
};

/** What each action does to the state. */
const ACTIONS = {
  move: (state, action) => choose(state, action.contest, (contest) => ({
    ...contest, ranks: MOVES[action.move](contest.ranks, action), blank: false,
  })),
  blank: (state, { contest, blank }) => choose(state, contest, (old) => ({ ...old, blank })),
  arrange: (state, { contest, mine }) => change(state, contest, (old) => ({ ...old, mine, list: arranged(old, mine) })),
  credential: (state, { credential }) => (credential === state.credential ? state : unsealed({ ...state, credential })),
  sealed: (state, { sealed }) => ({ ...state, sealed, attempted: false, unsure: false }),
  attempted: (state) => ({ ...state, attempted: true }),
  unsure: (state) => ({ ...state, unsure: true }),
  discarded: (state) => unsealed(state),
  cast: (state, { receipt }) => ({ ...forgotten(state), receipt }),
};

/** The state after an action. @returns {State} */
export function reduce(state, action) {
  return ACTIONS[action.type](state, action);
}

/** Whether a contest has been answered: somebody ranked, or blank on purpose. */
export function isAnswered({ ranks, blank }) {
  return blank || ranks.some(Boolean);
}

/** The ranks that are sealed: dense, or all zero for a blank vote. */
export function sealedRanks({ ranks, blank }) {
  return blank ? ranks.map(() => 0) : ranking.dense(ranks);
}

/** Whether the voter would lose something by leaving the page now. */
export function hasUnsavedChoices(state) {
  return state.receipt === null && state.contests.some(isAnswered);
}

function choose(state, index, apply) {
  return unsealed(change(state, index, apply));
}

function change(state, index, apply) {
  return { ...state, contests: state.contests.map((contest, at) => (at === index ? apply(contest) : contest)) };
}

function unsealed(state) {
  return { ...state, sealed: null, attempted: false, unsure: false };
}

/** After casting, the page keeps neither the choices nor the credential. */
function forgotten(state) {
  const contests = state.contests.map((contest) => ({ ...contest, ranks: contest.ranks.map(() => 0), blank: false }));
  return { ...unsealed(state), contests, credential: '' };
}

function arranged({ ranks, order }, mine) {
  return mine ? [...ranking.groups(ranks, order).flat(), ...ranking.unranked(ranks, order)] : order;
}
