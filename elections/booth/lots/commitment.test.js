import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commitment, newSecret } from './commitment.js';

const BYTES = Uint8Array.from({ length: 64 }, (_, index) => index);

test('commitments are those of the specification, as the verifier computes them', () => {
  const uuid = 'FootingTestE1ection';
  assert.equal(commitment(uuid, 'Olga Official', BYTES.slice(0, 32)), 'ac57d98340e9135256572d23004779420691376ea19d6712af15b1ac90cc501d');
  assert.equal(commitment(uuid, 'The server', BYTES.slice(32)), '4fb90ec6b823ea6f475d9fc1aeb1be510a0cdcdab9691bf079ebdc4d4922cf11');
});

test('a name that is not ASCII is framed by its length in bytes', () => {
  const expected = '734d4aef85b24b1851051e9bdba91603115fd880ac42448887e0f1e17aec7eba';
  assert.equal(commitment('1'.repeat(22), 'Zoë O’Neill', BYTES.slice(0, 32)), expected);
});

test('a secret is 32 bytes of the cryptographic generator, another each time', () => {
  const [one, other] = [newSecret(), newSecret()];
  assert.equal(one.length, 32);
  assert.notDeepEqual(one, other);
});

test('without a cryptographic generator no secret is made', () => {
  assert.throws(() => newSecret(null), { code: 'no-randomness' });
  assert.throws(() => newSecret({}), { code: 'no-randomness' });
});
