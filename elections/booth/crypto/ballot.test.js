/** Properties of sealing and tampering with what was sealed. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { checkSealed, drawRandomness, seal } from './ballot.js';
import { parseElection } from './election.js';
import { ORDER } from './group.js';
import { randomExponent } from './random.js';

const [vector] = JSON.parse(readFileSync(new URL('../../../tests/vectors/ballots.json', import.meta.url), 'utf8'))
  .filter(({ rankings }) => rankings.length === 2);
const election = parseElection(vector.election);
const { credential, rankings } = vector;

test('a freshly sealed ballot passes the check of a voter who knows its randomness', () => {
  const { ballot, randomness } = seal(election, credential, rankings);
  checkSealed(election, ballot, rankings, randomness);
});

test('two ballots with the same ranking share no ciphertext and no tracker', () => {
  const [first, second] = [1, 2].map(() => seal(election, credential, rankings));
  assert.notEqual(first.tracker, second.tracker);
  const alphas = [first, second].flatMap(({ ballot }) => JSON.parse(ballot).answers.map(({ choices }) => choices.alpha));
  assert.equal(new Set(alphas).size, alphas.length);
});

test('a ballot that holds another ranking than the voter chose is caught', () => {
  const { ballot, randomness } = seal(election, credential, rankings);
  const other = rankings.map((ranks) => [...ranks].reverse());
  assert.throws(() => checkSealed(election, ballot, other, randomness), { code: 'wrong-encryption' });
});

test('a ballot shown with randomness that did not make it is caught', () => {
  const { ballot } = seal(election, credential, rankings);
  const other = drawRandomness(rankings.length);
  assert.throws(() => checkSealed(election, ballot, rankings, other), { code: 'wrong-encryption' });
});

/** Add one to a decimal of a proof. */
function bump(proof, part) {
  proof[part] = String(BigInt(proof[part]) + 1n);
}

/** Every decimal and hash of a ballot that a proof or signature covers, with the refusal its change must cause. */
const CHANGES = [
  ['an answer’s challenge', ({ answers }) => bump(answers[0].proof, 'challenge'), 'bad-proof'],
  ['an answer’s response', ({ answers }) => bump(answers[1].proof, 'response'), 'bad-proof'],
  ['the signature’s challenge', ({ signature }) => bump(signature.proof, 'challenge'), 'bad-signature'],
  ['the signature’s response', ({ signature }) => bump(signature.proof, 'response'), 'bad-signature'],
  ['the signed hash', ({ signature }) => { signature.hash = signature.hash.replace(/^./, '!'); }, 'bad-signature'],
  ['the election’s hash', (ballot) => { ballot.election_hash = 'x'; }, 'bad-signature'],
  ['the election’s identifier', (ballot) => { ballot.election_uuid = 'x'; }, 'bad-signature'],
  ['the credential', (ballot) => { ballot.credential = ballot.answers[0].choices.alpha; }, 'bad-proof'],
];

for (const [what, change, code] of CHANGES) {
  test(`a ballot with ${what} changed is caught`, () => {
    const { ballot, randomness } = seal(election, credential, rankings);
    const changed = JSON.parse(ballot);
    change(changed);
    assert.throws(() => checkSealed(election, JSON.stringify(changed), rankings, randomness), { code });
  });
}

test('a ballot with the answers’ proofs swapped is caught', () => {
  const { ballot, randomness } = seal(election, credential, rankings);
  const changed = JSON.parse(ballot);
  [changed.answers[0].proof, changed.answers[1].proof] = [changed.answers[1].proof, changed.answers[0].proof];
  assert.throws(() => checkSealed(election, JSON.stringify(changed), rankings, randomness), { code: 'bad-proof' });
});

for (const wrong of [[], [rankings[0]], [rankings[0].slice(1), rankings[1]], [[-1, 1, 2], rankings[1]], [[1.5, 1, 2], rankings[1]],
  [[256, 1, 2], rankings[1]]]) {
  test(`the rankings ${JSON.stringify(wrong)} are refused before anything is encrypted`, () => {
    assert.throws(() => seal(election, credential, wrong), { code: 'wrong-shape' });
  });
}

test('random exponents lie in [0, q) and do not repeat', () => {
  const drawn = Array.from({ length: 200 }, () => randomExponent());
  assert.ok(drawn.every((number) => number >= 0n && number < ORDER));
  assert.equal(new Set(drawn).size, drawn.length);
  assert.ok(drawn.some((number) => number >> 251n), 'the upper half of the range is reached');
});

test('a draw that is not below q is drawn again, not reduced', () => {
  const draws = [new Uint8Array(32).fill(0xff), new Uint8Array(32).fill(1)];
  const source = { getRandomValues: (bytes) => bytes.set(draws.shift()) };
  assert.equal(randomExponent(source), BigInt(`0x${'01'.repeat(32)}`));
  assert.equal(draws.length, 0);
});

for (const source of [undefined, null, {}, { getRandomValues: 1 }]) {
  test(`sealing refuses to draw from ${JSON.stringify(source) ?? 'nothing'}`, () => {
    const stripped = source === undefined ? null : source;
    assert.throws(() => randomExponent(stripped), { code: 'no-randomness' });
  });
}
