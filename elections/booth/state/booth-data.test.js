/** The server's description must fit the election for which ballots are sealed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBooth } from '../booth-data.js';

const ELECTION = { uuid: 'u', fingerprint: 'f', questions: [{ text: 'Seat A', answers: ['Ada', 'Grace'] }] };
const person = (name) => ({ name, affiliations: [], statement_html: '' });
const data = (change = {}, contest = {}) => ({
  uuid: 'u', fingerprint: 'f', title: 'E',
  contests: [{ title: 'Other title', order: [1, 0], candidates: [person('Ada'), person('Grace')], ...contest }], ...change,
});

test('a fitting description opens the booth, with the contest’s name from the election itself', () => {
  const booth = readBooth(data(), ELECTION);
  assert.equal(booth.contests[0].title, 'Seat A');
  assert.deepEqual(booth.receipts, []);
});

const MISFITS = [
  ['another election', { uuid: 'v' }, {}],
  ['another fingerprint', { fingerprint: 'g' }, {}],
  ['a contest too few', { contests: [] }, {}],
  ['swapped candidates', {}, { candidates: [person('Grace'), person('Ada')] }],
  ['a renamed candidate', {}, { candidates: [person('Ada'), person('Grace ')] }],
  ['a candidate too many', {}, { candidates: [person('Ada'), person('Grace'), person('Hedy')] }],
  ['an order that leaves somebody out', {}, { order: [1] }],
  ['an order that names somebody twice', {}, { order: [1, 1] }],
  ['an order with a stranger', {}, { order: [0, 2] }],
];

for (const [what, change, contest] of MISFITS) {
  test(`a description with ${what} is refused`, () => {
    assert.throws(() => readBooth(data(change, contest), ELECTION), { code: 'mismatch' });
  });
}
