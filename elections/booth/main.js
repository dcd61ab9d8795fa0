/**
 * The booth's entry point: check the browser, load the data once, start the worker, open the booth.
 *
 * After this nothing more is loaded until the ballot is cast, so that the connection may go away in between.
 */
import { Booth } from './app.js';
import { fetchBooth, RequestFault } from './api.js';
import { readBooth } from './booth-data.js';
import { requireRandomness } from './crypto/random-source.js';
import { startSealer } from './sealer.js';
import { faultView } from './view/fault.js';
import { say } from './words/say.js';

/** The sentence for each way in which opening can fail. */
const FAULTS = {
  'no-randomness': 'fault.randomness', 'no-worker': 'fault.worker', 'signed-out': 'fault.signed-out', 'network': 'fault.network',
};

async function open(root) {
  const { boothUrl, workerUrl, manifestUrl } = root.dataset;
  requireRandomness();
  const sealer = startSealer(workerUrl);
  const data = await fetchBooth(boothUrl);
  const booth = readBooth(data, await sealer.open(data.election));
  new Booth({ root, booth, sealer, boothUrl, manifestUrl }).open();
}

/** A refusal of the server is its own sentence; anything else that is unknown means that the data do not fit. */
function explain(fault) {
  if (fault.code in FAULTS) {
    return say(FAULTS[fault.code]);
  }
  return fault instanceof RequestFault ? fault.message : say('fault.mismatch');
}

const root = document.getElementById('booth');
open(root).catch((fault) => {
  const { title, content } = faultView(explain(fault), root.dataset.officialsEmail);
  document.title = say('title.error', { title });
  root.replaceChildren(...content);
  root.setAttribute('role', 'alert');
});
