/**
 * Repeat the test of a ballot away from the page that made it: `node elections/booth/check.mjs tested-ballot.json`.
 *
 * The file holds the election, the ballot and the randomness, but no credential. Exit status: 0 the ballot holds what
 * the file says, 1 it does not, 2 the file cannot be read.
 */
import { readFileSync } from 'node:fs';
import { checkSealed } from './crypto/ballot.js';
import { parseElection } from './crypto/election.js';
import { fingerprint } from './crypto/hashing.js';

/** What was tested, or a sentence on standard error and exit status 2. */
function readTested(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (fault) {
    console.error(`This file cannot be read as a tested ballot: ${fault.message}`);
    process.exit(2);
  }
}

/** Raise unless every claim of the file holds. */
function checkTested({ election: text, fingerprint: claimed, ballot, tracker, contests }) {
  const election = parseElection(text);
  if (election.fingerprint !== claimed || fingerprint(ballot) !== tracker) {
    throw new Error('The fingerprint of the election or the tracker is not that of the bytes in the file.');
  }
  const answers = contests.map(({ randomness }) => ({ r: BigInt(randomness) }));
  checkSealed(election, ballot, contests.map(({ ranks }) => ranks), { answers });
  return election;
}

const tested = readTested(process.argv[2] ?? '');
try {
  const election = checkTested(tested);
  console.log(`Election: ${election.name} (${election.uuid}), fingerprint ${election.fingerprint}`);
  console.log(`Tracker: ${tested.tracker}`);
  election.questions.forEach(({ text, answers }, index) => {
    console.log(`${text}: ${answers.map((name, number) => `${name} ${tested.contests[index].ranks[number]}`).join(', ')}`);
  });
  console.log('The ballot holds these ranks; its proofs and its signature hold. Compare the tracker and the fingerprint.');
} catch (fault) {
  console.error(`The ballot does not hold what the file says: ${fault.message}`);
  process.exit(1);
}
