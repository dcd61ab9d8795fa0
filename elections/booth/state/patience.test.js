/** Patience: when a ballot is sent again, how often, and when no more. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Patience, secondsToStayAway } from './patience.js';

/** A clock that a test moves on; it has no more than one timer. */
class Clock {
  due = null;

  setTimeout = (work, milliseconds) => {
    this.due = { work, milliseconds };
    return this.due;
  };

  clearTimeout = (timer) => {
    if (this.due === timer) {
      this.due = null;
    }
  };

  async ring() {
    this.due.work();
    await settled();
  }
}

/** Let everything run that waits for nothing but the promises before it. */
const settled = () => new Promise((resolve) => {
  setImmediate(resolve);
});

const busy = (again) => Object.assign(new Error('busy'), { again });

/** Send to a server that gives these answers in turn: a fault or a receipt. */
function sendTo(...answers) {
  const clock = new Clock();
  const patience = new Patience({ timers: clock, random: () => 0.25 });
  const said = [];
  const told = { waiting: (seconds) => said.push(seconds), sending: () => said.push('again') };
  const sent = patience.send(async (repeats) => {
    said.push(`try ${repeats}`);
    const answer = answers.shift();
    if (answer instanceof Error) {
      throw answer;
    }
    return answer;
  }, told);
  const outcome = sent.then((receipt) => said.push(receipt), (fault) => said.push(fault.message));
  return { clock, patience, said, outcome, send: (next) => patience.send(next, told) };
}

const HEADERS = [[503, '5', 5], [429, '60', 60], [503, '0', 1], [503, null, undefined], [409, '5', undefined],
  [503, '-5', undefined], [503, '1.5', undefined], [503, 'Wed, 21 Oct 2026 07:28:00 GMT', undefined]];

test('only a refusal that passes, with a number of seconds, says when to come back', () => {
  assert.deepEqual(HEADERS.map(([status, header]) => secondsToStayAway(status, header)), HEADERS.map((each) => each[2]));
});

test('a ballot is sent again after as many seconds as the server asks for, and a part of one', async () => {
  const { clock, said } = sendTo(busy(5), busy(1), 'receipt');
  await settled();
  assert.deepEqual(said, ['try 0', 5]);
  assert.equal(clock.due.milliseconds, 5250);
  await clock.ring();
  assert.deepEqual(said, ['try 0', 5, 'again', 'try 1', 1]);
  await clock.ring();
  assert.deepEqual(said.slice(5), ['again', 'try 2', 'receipt']);
  assert.equal(clock.due, null);
});

test('after five repetitions the voter decides', async () => {
  const { clock, said, patience } = sendTo(...Array.from({ length: 9 }, () => busy(2)));
  await settled();
  for (let repeats = 0; repeats < 5; repeats += 1) {
    await clock.ring();
  }
  assert.equal(said.at(-1), 'busy');
  assert.equal(said.filter((each) => each === 'again').length, 5);
  assert.equal(clock.due, null);
  assert.equal(patience.hurry(), false);
});

for (const [what, fault] of [['that names no time', busy(undefined)], ['that asks for an hour', busy(3600)]]) {
  test(`a refusal ${what} is shown at once`, async () => {
    const { clock, said } = sendTo(fault, 'receipt');
    await settled();
    assert.deepEqual(said, ['try 0', 'busy']);
    assert.equal(clock.due, null);
  });
}

test('whoever does not want to wait has the ballot sent at once, and once', async () => {
  const { clock, said, patience } = sendTo(busy(5), 'receipt');
  assert.equal(patience.hurry(), false);
  await settled();
  assert.equal(patience.hurry(), true);
  assert.equal(patience.hurry(), false);
  await settled();
  assert.deepEqual(said, ['try 0', 5, 'again', 'try 1', 'receipt']);
  assert.equal(clock.due, null);
});

test('whoever goes away while waiting sends nothing more', async () => {
  const { clock, said, patience, outcome } = sendTo(busy(5), 'receipt');
  await settled();
  patience.leave();
  await outcome;
  assert.deepEqual(said, ['try 0', 5, 'busy']);
  assert.equal(clock.due, null);
});

test('whoever goes away while the ballot is on its way sends nothing more, but has the receipt if it came', async () => {
  const refused = sendTo(busy(5), 'receipt');
  refused.patience.leave();
  await refused.outcome;
  assert.deepEqual(refused.said, ['try 0', 'busy']);
  const taken = sendTo('receipt');
  taken.patience.leave();
  await taken.outcome;
  assert.deepEqual(taken.said, ['try 0', 'receipt']);
});

test('sending anew ends an older wait', async () => {
  const { clock, said, send, outcome } = sendTo(busy(5), 'receipt of the first');
  await settled();
  assert.equal(await send(async () => 'second'), 'second');
  await outcome;
  assert.deepEqual(said, ['try 0', 5, 'busy']);
  assert.equal(clock.due, null);
});
