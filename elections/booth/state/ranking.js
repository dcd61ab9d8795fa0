/**
 * One contest's ranking, as pure functions over `ranks`: for each candidate a number, 0 = not ranked, equal = tied.
 *
 * The numbers are kept as the voter wrote them, gaps and all, because closing a gap while somebody is still filling
 * in numbers would change what the next number means. Moves, and the sealed ballot, use dense ranks 1, 2, 3…
 */

/** Close the gaps: the same order with ranks 1, 2, 3…; equal ranks stay equal, 0 stays 0. */
export function dense(ranks) {
  const used = [...new Set(ranks.filter(Boolean))].sort((a, b) => a - b);
  return ranks.map((rank) => (rank ? used.indexOf(rank) + 1 : 0));
}

/** The ranked candidates, best first, tied ones together; inside a tie they stand in `order`, the published one. */
export function groups(ranks, order) {
  const ladder = [];
  for (const candidate of order) {
    const rank = dense(ranks)[candidate];
    if (rank) {
      (ladder[rank - 1] ??= []).push(candidate);
    }
  }
  return ladder;
}

/** The candidates without a rank, in `order`. */
export function unranked(ranks, order) {
  return order.filter((candidate) => ranks[candidate] === 0);
}

/** Give a candidate a number, or 0 for none; nobody else's number changes. */
export function setRank(ranks, candidate, rank) {
  return ranks.map((old, index) => (index === candidate ? rank : old));
}

/** The rank that the button "Rank 3rd" gives: one below all others. */
export function nextRank(ranks) {
  return Math.max(0, ...dense(ranks)) + 1;
}

/** Rank a candidate below all the ranked ones. */
export function rankNext(ranks, candidate) {
  const others = dense(setRank(ranks, candidate, 0));
  return setRank(others, candidate, nextRank(others));
}

/** Which moves a ranked candidate has left. */
export function movesLeft(ranks, candidate) {
  const tight = dense(ranks);
  const rank = tight[candidate];
  const tied = tight.filter((other) => other === rank).length > 1;
  return { up: tied || rank > 1, down: tied || rank < Math.max(...tight), tie: rank > 1 };
}

/** One place up: out of a tie to above it, else past the group above. */
export function moveUp(ranks, candidate) {
  return step(ranks, candidate, -1);
}

/** One place down: out of a tie to below it, else past the group below. */
export function moveDown(ranks, candidate) {
  return step(ranks, candidate, 1);
}

/** Join the group above. */
export function tieWithAbove(ranks, candidate) {
  const tight = dense(ranks);
  return movesLeft(ranks, candidate).tie ? dense(setRank(tight, candidate, tight[candidate] - 1)) : tight;
}

/** Take a candidate out of the ranking. */
export function remove(ranks, candidate) {
  return dense(setRank(ranks, candidate, 0));
}

/** Put a candidate alone directly above another one: what dropping it there means. */
export function placeAbove(ranks, candidate, other) {
  if (candidate === other) {
    return dense(ranks);
  }
  const rest = dense(setRank(ranks, candidate, 0));
  return dense(setRank(rest.map((rank) => 2 * rank), candidate, 2 * rest[other] - 1));
}

/** Doubling the ranks makes room between all of them; half a place is then a place of one's own. */
function step(ranks, candidate, direction) {
  const tight = dense(ranks);
  const left = movesLeft(ranks, candidate);
  if (!(direction < 0 ? left.up : left.down)) {
    return tight;
  }
  const tied = tight.filter((rank) => rank === tight[candidate]).length > 1;
  const distance = tied ? 1 : 3;
  const spread = tight.map((rank) => 2 * rank);
  return dense(setRank(spread, candidate, spread[candidate] + direction * distance));
}
