/**
 * "Test this ballot instead": show what was hidden in a sealed ballot, and how to check it with other programs.
 */
import { sayAround } from '../words/parts.js';
import { say } from '../words/say.js';
import { saveText } from './copy.js';
import { el, setText } from './dom.js';
import { button, buttonGroup, code, facts, heading, paragraph, statusLine, steps, subheading, tracker } from './pieces.js';

const FILE = 'tested-ballot.json';
const BALLOT_FILE = 'ballot.json';

export function testedView(context) {
  const status = statusLine(say('seal.working'));
  const body = el('div');
  return {
    title: say('test.title'),
    content: [...heading(say('test.title'), context.booth.title), status, body],
    opened: async () => {
      const revealed = await context.revealNow();
      setText(status, revealed.problem ? failure(revealed.problem) : say('test.good'));
      body.replaceChildren(...revealedContent(context, revealed));
    },
  };
}

function failure(problem) {
  return say('test.bad', { reason: say(`test.bad.${problem}`) });
}

function revealedContent({ booth, go }, revealed) {
  return [
    paragraph(say('test.gone')),
    buttonGroup(
      button(say('test.button'), () => go('seal')),
      button(say('test.change'), () => go('rank-1'), { kind: 'secondary' })),
    subheading(say('test.revealed')),
    facts([[say('test.tracker'), tracker(revealed.tracker)]]),
    ...revealed.contests.flatMap((contest, index) => contestFacts(booth.contests[index], contest)),
    subheading(say('test.elsewhere')),
    paragraph(say('test.elsewhere.why')),
    steps([
      say('test.elsewhere.save'),
      el('span', {}, ...sayAround('test.elsewhere.footing', { command: code(`node elections/booth/check.mjs ${FILE}`) })),
      el('span', {}, ...sayAround('test.elsewhere.belenios', { command: code(beleniosCommand(booth)) })),
      say('test.elsewhere.tracker'),
    ]),
    buttonGroup(
      button(say('test.save'), () => saveText(revealed.file, FILE, 'application/json'), { kind: 'secondary' }),
      button(say('test.save.ballot'), () => saveText(revealed.ballot, BALLOT_FILE, 'application/json'), { kind: 'secondary' })),
  ];
}

function contestFacts({ title, candidates }, { ranks, randomness, alpha, beta }) {
  const named = candidates.map(({ name }, number) => say('test.rank', { name, rank: ranks[number] }));
  return [
    el('h3', { class: 'govuk-heading-s' }, title),
    facts([
      [say('test.ranks'), el('ul', { class: 'govuk-list' }, ...named.map((line) => el('li', {}, line)))],
      [say('test.randomness'), code(randomness)],
      [say('test.alpha'), code(alpha)],
      [say('test.beta'), code(beta)],
    ]),
  ];
}

function beleniosCommand({ uuid }) {
  return `belenios-tool election verify-ballot --url ${location.origin}/ --uuid ${uuid} --ballot ${BALLOT_FILE}`;
}
