/**
 * A certifier's pages: signing a certificate with a private key that never leaves the browser, and making such a key.
 *
 * The field in which the key file is chosen belongs to no form and has no name, so no form can send it. What is signed
 * is fetched anew and compared with the hash of what the page shows.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { lineOf, makeKey, readPrivateKey, writePrivateKey } from './private-key.js';
import { sign } from './sshsig.js';
import { Refusal, bytesOf } from './wire.js';

/** Show one of the sentences that the page brought with it, in the reader's language. */
function say(area, code) {
  const sentence = area.querySelector(`[data-say="${code}"]`) ?? area.querySelector('[data-say]');
  area.querySelector('[data-status]').textContent = sentence.textContent;
}

async function certificateOf(area) {
  const answer = await fetch(area.dataset.certificate, { cache: 'no-store' }).catch(() => null);
  if (!answer?.ok) {
    throw new Refusal('unreachable');
  }
  const bytes = new Uint8Array(await answer.arrayBuffer());
  if (bytesToHex(sha256(bytes)) !== area.dataset.sha256) {
    throw new Refusal('changed');
  }
  return bytes;
}

async function signWith(area, file) {
  const key = readPrivateKey(await file.text());
  try {
    if (lineOf(key.publicKey) !== area.dataset.key) {
      throw new Refusal('other-key');
    }
    return sign(await certificateOf(area), area.dataset.namespace, key);
  } finally {
    key.seed.fill(0);
  }
}

function offerSigning(area) {
  const chooser = area.querySelector('input[type=file]');
  const target = document.getElementById(area.dataset.target);
  chooser.addEventListener('change', async () => {
    const [file] = chooser.files;
    if (!file) {
      return;
    }
    target.value = '';
    try {
      target.value = await signWith(area, file);
      say(area, 'signed');
    } catch (error) {
      say(area, error instanceof Refusal ? error.code : 'not-a-key');
    }
    // The browser forgets the choice, so that the file stays reachable for nothing else on this page.
    chooser.value = '';
  });
  area.hidden = false;
}

function offerKey(area) {
  const link = area.querySelector('[data-download]');
  area.querySelector('[data-make]').addEventListener('click', () => {
    try {
      const { seed, publicKey } = makeKey();
      const file = new Blob([writePrivateKey(seed, area.dataset.comment)], { type: 'application/octet-stream' });
      URL.revokeObjectURL(link.href);
      link.href = URL.createObjectURL(file);
      area.querySelector('[data-saved]').hidden = false;
      document.getElementById(area.dataset.target).value = `${lineOf(publicKey)} ${area.dataset.comment}`;
      const { challenge, namespace, proof } = area.dataset;
      document.getElementById(proof).value = sign(bytesOf(challenge), namespace, { seed, publicKey });
      seed.fill(0);
      say(area, 'made');
    } catch (error) {
      say(area, error instanceof Refusal ? error.code : 'no-random');
    }
  });
  area.hidden = false;
}

document.querySelectorAll('[data-sign]').forEach(offerSigning);
document.querySelectorAll('[data-make-key]').forEach(offerKey);
