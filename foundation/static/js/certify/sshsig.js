/**
 * Signatures of files by SSH keys (OpenSSH, PROTOCOL.sshsig), as `ssh-keygen -Y sign` makes them.
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { armored, bytesOf, concat, number, string } from './wire.js';
import { blobOf } from './private-key.js';

const MAGIC = bytesOf('SSHSIG');
const HASH = 'sha512';

/** The armored signature of `message` (bytes) for a namespace. */
export function sign(message, namespace, { seed, publicKey }) {
  const signed = concat(MAGIC, string(namespace), string(''), string(HASH), string(sha512(message)));
  const signature = concat(string('ssh-ed25519'), string(ed25519.sign(signed, seed)));
  const parts = [blobOf(publicKey), namespace, '', HASH, signature].map(string);
  return armored(concat(MAGIC, number(1), ...parts), 'SSH SIGNATURE');
}
