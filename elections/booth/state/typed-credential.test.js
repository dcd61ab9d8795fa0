/** Credentials as people type and paste them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCredential } from './typed-credential.js';

const WRITTEN = 'GgRRf-mqV8rX-WrJML-4Xdint';

for (const typed of [WRITTEN, WRITTEN.replaceAll('-', ''), WRITTEN.replaceAll('-', ' '), ` ${WRITTEN}\n`, WRITTEN.replaceAll('-', '–'),
  'GgRR fmqV 8rXW rJML 4Xdi nt', WRITTEN.replaceAll('-', '\u2011'), `\ufeff${WRITTEN}`]) {
  test(`${JSON.stringify(typed)} is read as the credential`, () => {
    assert.deepEqual(readCredential(typed), { ok: true, credential: WRITTEN });
  });
}

const REFUSED = [
  ['', 'credential.empty'],
  [' - ', 'credential.empty'],
  [WRITTEN.slice(1), 'credential.length'],
  [`${WRITTEN}x`, 'credential.length'],
  [WRITTEN.replace('G', '0'), 'credential.lookalike'],
  [WRITTEN.replace('G', 'l'), 'credential.lookalike'],
  [WRITTEN.replace('G', 'é'), 'credential.strange'],
  [WRITTEN.replace('G', '٣'), 'credential.strange'],
];

for (const [typed, problem] of REFUSED) {
  test(`${JSON.stringify(typed)} is refused: ${problem}`, () => {
    assert.equal(readCredential(typed).problem, problem);
  });
}
