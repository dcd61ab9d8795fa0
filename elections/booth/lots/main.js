/**
 * The page on which an official commits to a secret: makes it here, shows it once, and fills in its commitment.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import { saveText } from '../view/copy.js';
import { commitment, newSecret } from './commitment.js';

const maker = document.getElementById('lot-maker');
const status = document.getElementById('lot-status');

function make() {
  const { uuid, name } = maker.dataset;
  let secret;
  try {
    secret = newSecret();
  } catch {
    status.textContent = status.dataset.failed;
    return;
  }
  document.getElementById('lot-secret').textContent = bytesToHex(secret);
  document.getElementById('commitment').value = commitment(uuid, name, secret);
  document.getElementById('lot-made').hidden = false;
  status.textContent = status.dataset.made;
}

function save() {
  saveText(`${document.getElementById('lot-secret').textContent}\n`, maker.dataset.file, 'text/plain');
  status.textContent = status.dataset.saved;
}

if (maker) {
  maker.hidden = false;
  document.getElementById('lot-make').addEventListener('click', make);
  document.getElementById('lot-save').addEventListener('click', save);
}
