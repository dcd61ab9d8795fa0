/**
 * Reading a credential as people type and paste it: with or without dashes, with spaces, from a mail or a letter.
 */

const LETTER = /[1-9A-HJ-NP-Za-km-z]/;
const LENGTH = 22;

/** The characters that Base58 leaves out because they look like others. */
const LOOKALIKES = new Set('0OIl');

/**
 * @param {string} typed
 * @returns {{ok: true, credential: string} | {ok: false, problem: string, values: object}} the credential with its
 *   dashes, or the key of a message that says what is wrong
 */
export function readCredential(typed) {
  const letters = [...typed.normalize('NFKC')].filter((character) => !/[\s\p{Dash}\u200b\ufeff]/u.test(character));
  if (letters.length === 0) {
    return { ok: false, problem: 'credential.empty', values: {} };
  }
  const strange = letters.find((character) => !LETTER.test(character));
  if (strange !== undefined) {
    const problem = LOOKALIKES.has(strange) ? 'credential.lookalike' : 'credential.strange';
    return { ok: false, problem, values: { character: strange } };
  }
  if (letters.length !== LENGTH) {
    return { ok: false, problem: 'credential.length', values: { count: letters.length } };
  }
  const text = letters.join('');
  return { ok: true, credential: [text.slice(0, 5), text.slice(5, 11), text.slice(11, 16), text.slice(16)].join('-') };
}
