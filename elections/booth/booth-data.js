/**
 * Reading the booth's data: what the server shows beside the election must fit the election that ballots are sealed for.
 */
import { Refusal } from './crypto/refusal.js';

/**
 * Join the server's description with the election as the worker read it from its exact text.
 *
 * The names on the page are taken from the election itself, so that no rank can end at another candidate than the
 * one it was given to; the server only adds affiliations, statements and the order of the list.
 */
export function readBooth(data, election) {
  const fits = data.uuid === election.uuid
    && data.fingerprint === election.fingerprint
    && data.contests.length === election.questions.length;
  if (!fits) {
    throw mismatch();
  }
  return Object.freeze({
    ...data,
    receipts: data.receipts ?? [],
    contests: data.contests.map((contest, index) => readContest(contest, election.questions[index])),
  });
}

function readContest(contest, { text, answers }) {
  const { candidates, order } = contest;
  const named = candidates.length === answers.length && candidates.every(({ name }, index) => name === answers[index]);
  const everybodyOnce = order.length === answers.length
    && new Set(order).size === order.length
    && order.every((candidate) => Number.isInteger(candidate) && candidate in answers);
  if (!named || !everybodyOnce) {
    throw mismatch();
  }
  return Object.freeze({ ...contest, title: text });
}

function mismatch() {
  return new Refusal('mismatch', 'The description of the election does not fit the election.');
}
