/**
 * Reading election.json: the exact text whose fingerprint every ballot carries (specification 4.10).
 */
import { MOST_INTEGERS } from './encoding.js';
import { parseElement } from './group.js';
import { fingerprint } from './hashing.js';
import { Refusal } from './refusal.js';

const KNOWN = new Set([
  'version', 'description', 'name', 'group', 'public_key', 'questions', 'uuid', 'administrator', 'credential_authority',
]);

/**
 * @typedef {object} Election
 * @property {string} uuid
 * @property {string} name
 * @property {import('./group.js').Element} publicKey
 * @property {string} publicKeyText
 * @property {string} fingerprint of the text, as ballots carry it
 * @property {{text: string, answers: string[]}[]} questions
 */

/**
 * Parse an election, refusing what this booth could not seal a right ballot for.
 * @param {string} text the exact bytes of election.json
 * @returns {Election}
 */
export function parseElection(text) {
  const value = parseObject(text);
  if (value.version !== 1 || value.group !== 'Ed25519') {
    throw new Refusal('wrong-election', 'This booth only knows version 1 of the protocol in the group Ed25519.');
  }
  if (!/^[1-9A-HJ-NP-Za-km-z]{14,}$/.test(value.uuid) || !Array.isArray(value.questions) || !value.questions.length) {
    throw new Refusal('wrong-election', 'The election lacks its identifier or its contests.');
  }
  return Object.freeze({
    uuid: value.uuid,
    name: value.name,
    publicKey: parseElement(value.public_key),
    publicKeyText: value.public_key,
    fingerprint: fingerprint(text),
    questions: Object.freeze(value.questions.map(parseQuestion)),
  });
}

function parseObject(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refusal('malformed', 'The election is not readable.');
  }
  if (value === null || typeof value !== 'object' || !Object.keys(value).every((key) => KNOWN.has(key))) {
    throw new Refusal('malformed', 'The election has parts that this booth does not know.');
  }
  return value;
}

function parseQuestion(question) {
  const answers = question?.value?.answers;
  const named = Array.isArray(answers) && answers.every((answer) => typeof answer === 'string');
  if (question?.type !== 'NonHomomorphic' || !named || !answers.length || answers.length > MOST_INTEGERS) {
    throw new Refusal('wrong-election', `A contest ranks 1 to ${MOST_INTEGERS} candidates.`);
  }
  return Object.freeze({ text: question.value.question, answers: Object.freeze([...answers]) });
}
