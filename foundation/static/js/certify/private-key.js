/**
 * The file of an OpenSSH private key (openssh-key-v1, PROTOCOL.key): Ed25519, without a passphrase.
 *
 * A key with a passphrase is refused in words of its own: it is signed with by ssh-keygen, where the passphrase belongs.
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { Reader, Refusal, armored, base64, bytesOf, concat, number, same, string, textOf, unarmored } from './wire.js';

const LABEL = 'OPENSSH PRIVATE KEY';
const MAGIC = bytesOf('openssh-key-v1\0');
const KIND = 'ssh-ed25519';
const BLOCK = 8;
const LARGEST = 16_384;

/** The public key's wire form (RFC 8709 4). */
export const blobOf = (publicKey) => concat(string(KIND), string(publicKey));

/** The line of a .pub file, without the comment. */
export const lineOf = (publicKey) => `${KIND} ${base64(blobOf(publicKey))}`;

/** Read the text of a private key file and return {seed, publicKey}. */
export function readPrivateKey(text) {
  if (text.length > LARGEST) {
    throw new Refusal('not-a-key');
  }
  const reader = new Reader(unarmored(text, LABEL));
  if (!same(reader.take(MAGIC.length), MAGIC)) {
    throw new Refusal('not-a-key');
  }
  const cipher = wordOf(reader.string());
  const derivation = wordOf(reader.string());
  reader.string();
  if (cipher !== 'none' || derivation !== 'none') {
    throw new Refusal('passphrase');
  }
  if (reader.number() !== 1) {
    throw new Refusal('not-a-key');
  }
  const blob = reader.string();
  return secretOf(new Reader(reader.string()), blob);
}

function secretOf(reader, blob) {
  if (reader.number() !== reader.number() || wordOf(reader.string()) !== KIND) {
    throw new Refusal('not-a-key');
  }
  const publicKey = reader.string();
  const both = reader.string();
  reader.string();
  const padding = reader.rest();
  const seed = both.slice(0, 32);
  // The file says the public key three times; one that does not belong to the secret would sign in vain.
  const holds = both.length === 64 && same(both.subarray(32), publicKey) && same(blob, blobOf(publicKey));
  const padded = padding.length < BLOCK * 2 && padding.every((byte, index) => byte === index + 1);
  if (!holds || !padded || !same(ed25519.getPublicKey(seed), publicKey)) {
    throw new Refusal('not-a-key');
  }
  return { seed, publicKey: publicKey.slice() };
}

function wordOf(bytes) {
  try {
    return textOf(bytes);
  } catch {
    throw new Refusal('not-a-key');
  }
}

/** Write the private key file of a seed, as ssh-keygen would without a passphrase. */
export function writePrivateKey(seed, comment, random = defaultRandom) {
  const publicKey = ed25519.getPublicKey(seed);
  const check = random(4);
  const secret = concat(check, check, string(KIND), string(publicKey), string(concat(seed, publicKey)), string(comment));
  const missing = (BLOCK - (secret.length % BLOCK)) % BLOCK;
  const padding = Uint8Array.from({ length: missing }, (_, index) => index + 1);
  const head = concat(MAGIC, string('none'), string('none'), string(''), number(1), string(blobOf(publicKey)));
  return armored(concat(head, string(concat(secret, padding))), LABEL);
}

/** A fresh key: {seed, publicKey}; randomness comes from the browser's own source and from nowhere else. */
export function makeKey(random = defaultRandom) {
  const seed = random(32);
  return { seed, publicKey: ed25519.getPublicKey(seed) };
}

function defaultRandom(count) {
  if (typeof globalThis.crypto?.getRandomValues !== 'function') {
    throw new Refusal('no-random');
  }
  return globalThis.crypto.getRandomValues(new Uint8Array(count));
}
