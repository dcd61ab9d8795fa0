/**
 * Hashes as the protocol uses them: SHA-256 of UTF-8 text, as hexadecimal, as number mod q, as compact Base64.
 *
 * @noble/hashes instead of SubtleCrypto, because the latter is missing on plain http in a local network.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { modOrder } from './group.js';

/** SHA-256 of a text, 64 hexadecimal digits. */
export function sha256Hex(text) {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

/** SHA-256 of a text, read as a big-endian number, mod q: every challenge of the protocol. */
export function challengeOf(text) {
  return modOrder(BigInt(`0x${sha256Hex(text)}`));
}

/** A fingerprint: unpadded standard Base64 of SHA-256 (specification 4.10, 4.17). */
export function fingerprint(text) {
  return btoa(String.fromCharCode(...sha256(utf8ToBytes(text)))).replace(/=+$/, '');
}
