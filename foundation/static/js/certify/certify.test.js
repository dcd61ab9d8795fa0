/**
 * Keys and signatures against what ssh-keygen wrote; that ssh-keygen takes ours back is tested from Python.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineOf, makeKey, readPrivateKey, writePrivateKey } from './private-key.js';
import { sign } from './sshsig.js';
import { bytesOf, unarmored, armored } from './wire.js';

/** Made with ssh-keygen of OpenSSH 9.2p1 for these tests, and used for nothing else. */
const KEY_FILE = `-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
QyNTUxOQAAACDHnEFFEDx/jgL/c2h/3HYOUk49scIRim/4TfltlUuHYQAAAIjEvbV4xL21
eAAAAAtzc2gtZWQyNTUxOQAAACDHnEFFEDx/jgL/c2h/3HYOUk49scIRim/4TfltlUuHYQ
AAAECys2REQEzOBo07SdXoekCdvDRcCiApSPuHWgWQtxZKlMecQUUQPH+OAv9zaH/cdg5S
Tj2xwhGKb/hN+W2VS4dhAAAAAm1lAQID
-----END OPENSSH PRIVATE KEY-----
`;
const KEY_LINE = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMecQUUQPH+OAv9zaH/cdg5STj2xwhGKb/hN+W2VS4dh';
const SIGNED = `-----BEGIN SSH SIGNATURE-----
U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgx5xBRRA8f44C/3Nof9x2DlJOPb
HCEYpv+E35bZVLh2EAAAADeEB5AAAAAAAAAAZzaGE1MTIAAABTAAAAC3NzaC1lZDI1NTE5
AAAAQKiAwfB7AjDUXWO0ITNIEX5SeTSR6lRAeUWwseevmfJi2BvpGEHdas+OqfZFLDKkNz
5BMVZzCf7ha87vvpV/9A0=
-----END SSH SIGNATURE-----
`;
const WITH_PASSPHRASE = `-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABAxdakRMl
K1g0Fo1U7hSECIAAAAEAAAAAEAAAAzAAAAC3NzaC1lZDI1NTE5AAAAIKxUWyyMf/bc5Xny
mRZFTS4hwzIRwpddWAXmLNP9FNd3AAAAkPmeB4tILIKdAKjSarESwPhYH959UwTOGSC1e+
ydYHBAz//1NZ4uRsifDHAyIrmRPlEZn0ApJNLTsutBfObD0Z8loN4Ti58JqXopQY+rD9SH
tfwioGVvf2JZnT6H4Bq8rn/prOtw8JOCS4vsLRMprZ4o/+gDRdw/fwLhI/I4NYUUiyu8Kh
wfscS6y6au89m3sA==
-----END OPENSSH PRIVATE KEY-----
`;
const ECDSA = `-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAaAAAABNlY2RzYS
1zaGEyLW5pc3RwMjU2AAAACG5pc3RwMjU2AAAAQQTUpRPVin2byArArnIjbx/TE86HaN/i
EQiVNKb5fcSZ+VF0B8hDUAh8LEiklTSL3VMAY9rS5pogbhIxlYAIly9YAAAAoJitiuCYrY
rgAAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBNSlE9WKfZvICsCu
ciNvH9MTzodo3+IRCJU0pvl9xJn5UXQHyENQCHwsSKSVNIvdUwBj2tLmmiBuEjGVgAiXL1
gAAAAhAJcC3Cm88g0X+q1A6ekN0YODHnlN0v7CcQOj5BSouGD9AAAAAm1lAQIDBAU=
-----END OPENSSH PRIVATE KEY-----
`;

const refused = (text) => {
  try {
    readPrivateKey(text);
    return 'accepted';
  } catch (error) {
    return error.code;
  }
};

test('a key file of ssh-keygen is read, and signs as ssh-keygen signs', () => {
  const key = readPrivateKey(KEY_FILE);
  assert.equal(lineOf(key.publicKey), KEY_LINE);
  assert.equal(sign(bytesOf('hello\n'), 'x@y', key), SIGNED);
});

test('a key that was made is read back from its file', () => {
  for (let count = 0; count < 8; count += 1) {
    const key = makeKey();
    const comment = 'c'.repeat(count);
    const file = writePrivateKey(key.seed, comment);
    assert.deepEqual(readPrivateKey(file), key);
  }
});

test('a key file is written as ssh-keygen wrote it, but for the random check', () => {
  const bytes = unarmored(KEY_FILE, 'OPENSSH PRIVATE KEY');
  const at = bytes.length - 136;
  const { seed } = readPrivateKey(KEY_FILE);
  assert.equal(writePrivateKey(seed, 'me', () => bytes.slice(at, at + 4)), KEY_FILE);
});

test('a key with a passphrase is told apart from what is no key', () => {
  assert.equal(refused(WITH_PASSPHRASE), 'passphrase');
});

test('other kinds of keys, and what is no key, are refused', () => {
  for (const text of [ECDSA, '', 'nonsense', KEY_LINE, SIGNED, KEY_FILE.slice(0, 200), 'x'.repeat(20_000)]) {
    assert.equal(refused(text), 'not-a-key', text.slice(0, 40));
  }
});

test('no byte of a key file that decides anything is free', () => {
  const bytes = unarmored(KEY_FILE, 'OPENSSH PRIVATE KEY');
  const comment = bytes.length - 5;
  for (let index = 0; index < bytes.length; index += 1) {
    const changed = bytes.slice();
    changed[index] ^= 1;
    const said = refused(armored(changed, 'OPENSSH PRIVATE KEY'));
    if (said === 'accepted') {
      // Only the comment, two letters here, may read otherwise.
      assert.ok(index >= comment && index < comment + 2, `byte ${index}`);
    }
  }
});

test('lines of another system are read', () => {
  assert.equal(refused(KEY_FILE.replaceAll('\n', '\r\n')), 'accepted');
});

test('without random numbers no key is made', () => {
  const none = () => {
    throw Object.assign(new Error('none'), { code: 'no-random' });
  };
  assert.throws(() => makeKey(none), { code: 'no-random' });
});
