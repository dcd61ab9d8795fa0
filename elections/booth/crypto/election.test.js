/** What the booth refuses to seal a ballot for. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseElection } from './election.js';

const [{ election: text }] = JSON.parse(readFileSync(new URL('../../../tests/vectors/ballots.json', import.meta.url), 'utf8'));
const changed = (change) => JSON.stringify(Object.assign(JSON.parse(text), change));
const ask = (answers) => ({ type: 'NonHomomorphic', value: { answers, question: 'Q' } });

const REFUSED = [
  ['text that is not JSON', text.slice(1), 'malformed'],
  ['null', 'null', 'malformed'],
  ['an unknown key', changed({ method: 'schulze' }), 'malformed'],
  ['another version of the protocol', changed({ version: 2 }), 'wrong-election'],
  ['another group', changed({ group: 'RFC-3526-2048' }), 'wrong-election'],
  ['no contests', changed({ questions: [] }), 'wrong-election'],
  ['an identifier that would need escapes', changed({ uuid: 'abc"defghijklmn' }), 'wrong-election'],
  ['a homomorphic contest', changed({ questions: [{ answers: ['a', 'b'], min: 0, max: 1, question: 'Q' }] }), 'wrong-election'],
  ['a contest of 31 candidates', changed({ questions: [ask(Array(31).fill('a'))] }), 'wrong-election'],
  ['a contest without candidates', changed({ questions: [ask([])] }), 'wrong-election'],
  ['candidates that are not names', changed({ questions: [ask([1, 2])] }), 'wrong-election'],
  ['the identity as its key', changed({ public_key: `${'0'.repeat(63)}1` }), 'bad-element'],
];

for (const [what, wrong, code] of REFUSED) {
  test(`an election with ${what} is refused`, () => {
    assert.throws(() => parseElection(wrong), { code });
  });
}
