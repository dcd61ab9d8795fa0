/** What the booth says. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { describeBallot, describeCount, describeMove } from './describe.js';
import { ENGLISH } from './messages.js';
import { sayAround } from './parts.js';
import { listNames, place, say, sayTime } from './say.js';

const NAMES = ['Ada Lovelace', 'Grace Hopper', 'Hedy Lamarr', 'Betty Holberton'];
const ORDER = [0, 1, 2, 3];

test('places are 1st, 2nd, 3rd, 4th, 11th, 21st, 22nd', () => {
  assert.deepEqual([1, 2, 3, 4, 11, 21, 22].map(place), ['1st', '2nd', '3rd', '4th', '11th', '21st', '22nd']);
});

test('a move is told with the place, the number of ranked candidates and the ties', () => {
  assert.equal(describeMove({ ranks: [2, 2, 1, 3] }, NAMES, 1), 'Grace Hopper is now 2nd of 4, tied with Ada Lovelace.');
  assert.equal(describeMove({ ranks: [5, 0, 0, 0] }, NAMES, 0), 'Ada Lovelace is now 1st of 1.');
  assert.equal(describeMove({ ranks: [1, 0, 0, 0] }, NAMES, 1), 'Grace Hopper is no longer ranked.');
});

test('the line that is always visible says what becomes of the unranked', () => {
  assert.equal(describeCount({ ranks: [1, 0, 0, 0], blank: false }), '1 ranked, 3 not ranked: they count as tied last');
  assert.equal(describeCount({ ranks: [1, 2, 3, 0], blank: false }), '3 ranked, 1 not ranked: counts as last');
  assert.equal(describeCount({ ranks: [1, 2, 3, 3], blank: false }), '4 ranked, everybody is ranked');
  assert.equal(describeCount({ ranks: [1, 0, 0, 0], blank: true }), 'Blank vote: nobody is ranked');
});

const SENTENCES = [
  [{ ranks: [2, 2, 1, 0] }, 'You like Hedy Lamarr best, then Ada Lovelace and Grace Hopper equally; Betty Holberton is not ranked and counts as last.'],
  [{ ranks: [1, 1, 0, 0] }, 'You like Ada Lovelace and Grace Hopper best, equally; the 2 you did not rank count as tied last.'],
  [{ ranks: [4, 3, 2, 1] }, 'You like Betty Holberton best, then Hedy Lamarr, then Grace Hopper, then Ada Lovelace; you ranked everybody.'],
  [{ ranks: [1, 0, 0, 0], blank: true }, 'You vote blank: you prefer nobody to anybody.'],
];

for (const [contest, sentence] of SENTENCES) {
  test(`the ballot ${contest.ranks.join(' ')}${contest.blank ? ' (blank)' : ''} is said in one sentence`, () => {
    assert.equal(describeBallot({ blank: false, order: ORDER, ...contest }, NAMES), sentence);
  });
}

test('a name that runs from right to left has a boundary, so that the number after it is not reversed', () => {
  const name = 'שרה כהן־לוי';
  assert.equal(say('test.rank', { name, rank: 12 }), `\u2068${name}\u2069: 12`);
  assert.equal(listNames([name, 'Ada']), `\u2068${name}\u2069 and Ada`);
  assert.equal(listNames(['Ada', 'Grace']), 'Ada and Grace');
});

test('a time is said in UTC, and in the reader’s zone where that differs', () => {
  assert.match(sayTime('2031-06-12T14:00:00Z'), /^12 June 2031 at 14:00 UTC/);
});

test('an element can stand inside a message', () => {
  assert.deepEqual(sayAround('seal.replaces', { tracker: 7 }), [say('seal.replaces', { tracker: '' }), 7, '']);
});

/** The source of the booth without its tests and its messages. */
function source() {
  const folder = new URL('../', import.meta.url);
  const files = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith('.js'));
  const code = files.filter((file) => !file.endsWith('.test.js') && !file.endsWith('messages.js'));
  return code.map((file) => readFileSync(new URL(file, folder), 'utf8')).join('\n');
}

const CODE = source();
const withoutCount = (key) => key.replace(/\.(zero|one|other)$/, '');

test('every message is used', () => {
  const starts = [...CODE.matchAll(/`([a-z]+(?:\.[a-z]+)*\.)\$\{/g)].map(([, start]) => start);
  const isUsed = (key) => [key, withoutCount(key), key.replace('.tied', '')].some((name) => CODE.includes(`'${name}'`))
    || starts.some((start) => key.startsWith(start));
  assert.deepEqual(Object.keys(ENGLISH).filter((key) => !isUsed(key)), []);
});

test('every message that is said exists', () => {
  const said = [...CODE.matchAll(/\bsay(?:Around)?\('([^']+)'/g)].map(([, key]) => key);
  const known = new Set(Object.keys(ENGLISH).flatMap((key) => [key, withoutCount(key)]));
  assert.ok(said.length > 100);
  assert.deepEqual(said.filter((key) => !known.has(key)), []);
});
