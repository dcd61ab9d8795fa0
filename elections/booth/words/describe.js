/**
 * Describing a ranking in plain words: what a move did, and what the whole ballot says.
 */
import { dense, groups, unranked } from '../state/ranking.js';
import { listNames, place, say } from './say.js';

/** The status line after a move: "Grace Hopper is now 2nd of 4, tied with Ada Lovelace." */
export function describeMove({ ranks }, names, candidate) {
  const tight = dense(ranks);
  const name = names[candidate];
  const rank = tight[candidate];
  if (!rank) {
    return say('said.removed', { name });
  }
  const others = names.filter((_, other) => other !== candidate && tight[other] === rank);
  const values = { name, place: place(rank), count: tight.filter(Boolean).length, others: listNames(others) };
  return say(others.length ? 'said.rank.tied' : 'said.rank', values);
}

/** One sentence that says the whole ranking of a contest. */
export function describeBallot({ ranks, blank, order }, names) {
  if (blank) {
    return say('review.sentence.blank');
  }
  const ladder = groups(ranks, order);
  const rest = unranked(ranks, order);
  const parts = ladder.map((group, index) => describeGroup(group.map((candidate) => names[candidate]), index));
  const ending = rest.length
    ? say('review.sentence.rest', { count: rest.length, names: names[rest[0]] })
    : say('review.sentence.rest.none');
  return parts.join('') + ending;
}

function describeGroup(group, index) {
  const key = index === 0 ? 'review.sentence.first' : 'review.sentence.then';
  const tied = group.length > 1 ? '.tied' : '';
  return say(key + tied, { first: listNames(group), names: listNames(group) });
}

/** The line that is always visible: how many are ranked, and what becomes of the others. */
export function describeCount({ ranks, blank }) {
  if (blank) {
    return say('bar.blank');
  }
  const ranked = ranks.filter(Boolean).length;
  return `${say('bar.ranked', { count: ranked })}, ${say('bar.unranked', { count: ranks.length - ranked })}`;
}
