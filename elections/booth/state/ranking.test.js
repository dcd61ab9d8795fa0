/** The ranking model: examples from the design, then what must hold after any moves. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as ranking from './ranking.js';

const [A, B, C, D] = [0, 1, 2, 3];
const ORDER = [A, B, C, D];

test('gaps in the numbers do not matter, ties stay, and 0 stays not ranked', () => {
  assert.deepEqual(ranking.dense([7, 3, 0, 7]), [2, 1, 0, 2]);
});

test('a number changes nobody else’s number, so that a ballot can be filled in in any order', () => {
  const filled = [[A, 1], [C, 3], [B, 2]].reduce((ranks, [who, rank]) => ranking.setRank(ranks, who, rank), [0, 0, 0, 0]);
  assert.deepEqual(filled, [1, 2, 3, 0]);
});

test('“Rank 3rd” puts a candidate below the two ranked groups, also when the numbers had gaps', () => {
  assert.equal(ranking.nextRank([4, 2, 0, 0]), 3);
  assert.deepEqual(ranking.rankNext([4, 2, 0, 0], C), [2, 1, 3, 0]);
});

test('the ladder lists tied candidates together in the published order', () => {
  assert.deepEqual(ranking.groups([2, 1, 2, 0], [C, A, B, D]), [[B], [C, A]]);
  assert.deepEqual(ranking.unranked([2, 1, 2, 0], [C, A, B, D]), [D]);
});

test('Up passes a whole tied group, and Down passes it back', () => {
  assert.deepEqual(ranking.moveUp([1, 1, 2, 0], C), [2, 2, 1, 0]);
  assert.deepEqual(ranking.moveDown([2, 2, 1, 0], C), [1, 1, 2, 0]);
});

test('Up and Down take a tied candidate out of the tie to the one side or the other', () => {
  assert.deepEqual(ranking.moveUp([1, 2, 2, 3], C), [1, 3, 2, 4]);
  assert.deepEqual(ranking.moveDown([1, 2, 2, 3], C), [1, 2, 3, 4]);
});

test('Tie with above joins the group above', () => {
  assert.deepEqual(ranking.tieWithAbove([1, 2, 3, 0], C), [1, 2, 2, 0]);
  assert.deepEqual(ranking.tieWithAbove([1, 2, 2, 0], C), [1, 2, 1, 0]);
});

test('moves that have nothing left to do change nothing and say so', () => {
  assert.deepEqual(ranking.movesLeft([1, 2, 0, 0], A), { up: false, down: true, tie: false });
  assert.deepEqual(ranking.movesLeft([1, 2, 0, 0], B), { up: true, down: false, tie: true });
  assert.deepEqual(ranking.movesLeft([1, 1, 0, 0], A), { up: true, down: true, tie: false });
  assert.deepEqual(ranking.moveUp([1, 2, 0, 0], A), [1, 2, 0, 0]);
  assert.deepEqual(ranking.moveDown([1, 2, 0, 0], B), [1, 2, 0, 0]);
  assert.deepEqual(ranking.tieWithAbove([1, 2, 0, 0], A), [1, 2, 0, 0]);
});

test('dropping a name on another one puts it alone directly above', () => {
  assert.deepEqual(ranking.placeAbove([1, 2, 3, 4], D, B), [1, 3, 4, 2]);
  assert.deepEqual(ranking.placeAbove([1, 1, 2, 0], C, B), [2, 2, 1, 0]);
  assert.deepEqual(ranking.placeAbove([1, 2, 3, 0], B, B), [1, 2, 3, 0]);
});

/** Every way of giving four candidates the numbers 0 to 4. */
function* allRanks() {
  for (let code = 0; code < 5 ** 4; code += 1) {
    yield ORDER.map((place) => Math.floor(code / 5 ** place) % 5);
  }
}

const MOVES = [ranking.moveUp, ranking.moveDown, ranking.tieWithAbove, ranking.remove, ranking.rankNext];

test('after any move the ranks are dense, and the order among the others is as before', () => {
  for (const ranks of allRanks()) {
    for (const who of ORDER.filter((candidate) => ranks[candidate])) {
      for (const move of MOVES) {
        const after = move(ranks, who);
        assert.deepEqual(after, ranking.dense(after));
        const others = (list) => ranking.dense(list.filter((_, candidate) => candidate !== who));
        assert.deepEqual(others(after), others(ranks), `${move.name} ${ranks} ${who}`);
      }
    }
  }
});

test('a move changes something exactly when it is offered', () => {
  for (const ranks of allRanks()) {
    for (const who of ORDER.filter((candidate) => ranks[candidate])) {
      const left = ranking.movesLeft(ranks, who);
      const changes = (move) => String(move(ranks, who)) !== String(ranking.dense(ranks));
      const found = { up: changes(ranking.moveUp), down: changes(ranking.moveDown), tie: changes(ranking.tieWithAbove) };
      assert.deepEqual(found, left, `${ranks} ${who}`);
    }
  }
});
