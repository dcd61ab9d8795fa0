/** Published vectors: what Footing's Python and belenios-tool make must come out of the browser's code byte for byte. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { checkSealed, seal } from './ballot.js';
import { publicCredential, secretExponent } from './credential.js';
import { parseElection } from './election.js';
import { encodeIntegers } from './encoding.js';
import { GENERATOR, ORDER, elementText, parseElement, power } from './group.js';
import { challengeOf } from './hashing.js';

const VECTORS = new URL('../../../tests/vectors/', import.meta.url);
const read = (name) => JSON.parse(readFileSync(new URL(name, VECTORS), 'utf8'));
const group = read('group.json');

/** A vector's randomness, written in decimal, as BigInts. */
function randomnessOf({ answers, signature }) {
  return { answers: answers.map(({ r, w }) => ({ r: BigInt(r), w: BigInt(w) })), signature: BigInt(signature) };
}

test('the group has the published order and generator', () => {
  assert.equal(String(ORDER), group.order);
  assert.equal(elementText(GENERATOR), group.generator);
});

for (const { exponent, element } of group.powers_of_generator) {
  test(`the generator to the power ${exponent.slice(0, 12)} is the published element`, () => {
    assert.equal(elementText(power(GENERATOR, BigInt(exponent))), element);
  });
}

for (const { values, element } of group.encode_ints) {
  test(`the ranks ${values.join(' ')} are encoded as published`, () => {
    assert.equal(elementText(encodeIntegers(values)), element);
  });
}

for (const { uuid, credential, secret, public: published } of group.credentials) {
  test(`the credential of ${uuid} gives its secret and public parts`, () => {
    assert.equal(String(secretExponent(credential, uuid)), secret);
    assert.equal(elementText(publicCredential(credential, uuid)), published);
  });
}

for (const { input, scalar } of group.hashes) {
  test(`the challenge of ${JSON.stringify(input.slice(0, 12))} is the published number`, () => {
    assert.equal(String(challengeOf(input)), scalar);
  });
}

for (const { why, text } of group.refused_elements) {
  test(`an element is refused: ${why}`, () => {
    assert.throws(() => parseElement(text), { code: 'bad-element' });
  });
}

for (const text of group.refused_credentials) {
  test(`the credential ${JSON.stringify(text)} is refused`, () => {
    assert.throws(() => secretExponent(text, 'BKWk2bbUnBesv9'), { code: 'bad-credential' });
  });
}

for (const vector of read('ballots.json')) {
  test(`the ballot of “${vector.name}” has the published bytes and tracker`, () => {
    const election = parseElection(vector.election);
    assert.equal(election.fingerprint, vector.fingerprint);
    const randomness = randomnessOf(vector.randomness);
    const sealed = seal(election, vector.credential, vector.rankings, randomness);
    assert.equal(sealed.ballot, vector.ballot);
    assert.equal(sealed.tracker, vector.tracker);
    checkSealed(election, sealed.ballot, vector.rankings, randomness);
  });
}
