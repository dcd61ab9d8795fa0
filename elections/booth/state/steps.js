/**
 * The steps of voting, in order, and which of them a voter may stand on.
 */
import { isAnswered } from './ballot.js';

/** All steps for a number of contests: start, one ranking page for each contest, review, credential, seal, test, receipt. */
export function stepNames(contests) {
  const pages = Array.from({ length: contests }, (_, index) => `rank-${index + 1}`);
  return ['start', ...pages, 'review', 'credential', 'seal', 'test', 'receipt'];
}

/** Whether an address names a step that only a voter who has begun stands on. */
export function isLaterStep(contests, step) {
  return stepNames(contests).indexOf(step) > 0;
}

/** The contest that a ranking page is about, or -1. */
export function contestOf(step) {
  const match = /^rank-(\d+)$/.exec(step);
  return match ? Number(match[1]) - 1 : -1;
}

/**
 * The step to show when `wanted` is asked for: itself if what it needs is there, else the first one that lacks it.
 * Once the ballot is cast there is only the receipt.
 */
export function allowedStep(state, wanted) {
  if (state.receipt) {
    return 'receipt';
  }
  if (!stepNames(state.contests.length).includes(wanted)) {
    return 'start';
  }
  const needsAll = ['review', 'credential', 'seal', 'test', 'receipt'].includes(wanted);
  const gap = state.contests.findIndex((contest) => !isAnswered(contest));
  if (needsAll && gap >= 0) {
    return gap === 0 && !state.contests.some(isAnswered) ? 'start' : `rank-${gap + 1}`;
  }
  if (['seal', 'test', 'receipt'].includes(wanted) && !state.credential) {
    return 'credential';
  }
  const untestable = !state.sealed || state.attempted;
  return wanted === 'receipt' || (wanted === 'test' && untestable) ? 'seal' : wanted;
}
