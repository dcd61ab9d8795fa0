/**
 * The two requests of the booth: its data when it opens, the sealed ballot when it is cast.
 */
import { secondsToStayAway } from './state/patience.js';
import { say } from './words/say.js';

const PATIENCE_MS = 60_000;

/** The refusals that stay the same however often the same ballot is sent: not this voter's, too late, no ballot. */
const FINAL = new Set([403, 404, 409, 413, 422]);

/** The faults after which the ballot may be on the board all the same. */
const UNSURE = new Set(['network', 'unreadable', 'unsure', 'fault']);

/**
 * A request that did not succeed, with a sentence to show. Nothing is lost; every one may be tried again.
 *
 * `again` is in how many seconds the server asks for the same request, where it does.
 */
export class RequestFault extends Error {
  constructor(code, message, { reference, status, again } = {}) {
    super(message);
    this.name = 'RequestFault';
    this.code = code;
    this.reference = reference;
    this.again = again;
    this.final = FINAL.has(status);
    this.unsure = UNSURE.has(code);
  }
}

/** The booth's data for the signed-in voter. */
export function fetchBooth(url) {
  return request(url, { headers: { Accept: 'application/json' } });
}

/** Cast a sealed ballot; the server answers a repetition of the same ballot with the same receipt. */
export function castBallot({ cast_url: url, csrf }, ballot) {
  return request(url, {
    method: 'POST',
    headers: { 'Accept': 'application/json', 'Content-Type': 'application/json', 'X-CSRFToken': csrf },
    body: ballot,
  });
}

async function request(url, options) {
  const response = await send(url, options);
  if (response.type === 'opaqueredirect' || response.status === 401) {
    throw new RequestFault('signed-out', say('cast.signed-out'));
  }
  const body = await readJson(response);
  if (!response.ok) {
    const { code, message, reference } = body.error ?? {};
    const { status, headers } = response;
    const again = secondsToStayAway(status, headers.get('Retry-After'));
    throw new RequestFault(code ?? 'refused', message ?? say('cast.unreadable'), { reference, status, again });
  }
  return body;
}

/** A redirect is not followed: it can only lead to the sign-in page, which is no answer to a ballot. */
async function send(url, options) {
  try {
    return await fetch(url, {
      credentials: 'same-origin', cache: 'no-store', redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS), ...options,
    });
  } catch {
    throw new RequestFault('network', say('cast.network'));
  }
}

async function readJson(response) {
  try {
    return await response.json();
  } catch {
    throw new RequestFault('unreadable', say('cast.unreadable'), { reference: response.headers.get('X-Request-ID') ?? undefined });
  }
}
