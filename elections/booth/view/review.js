/**
 * The ballot as it will be sealed: ranked order, ties named, the unranked listed, one plain sentence, Change.
 */
import { groups, unranked } from '../state/ranking.js';
import { describeBallot } from '../words/describe.js';
import { listNames, place, say } from '../words/say.js';
import { el } from './dom.js';
import { backLink, button, facts, heading, paragraph, stepLink, subheading } from './pieces.js';

export function reviewView({ booth, state, go }) {
  const next = state().credential ? 'seal' : 'credential';
  return {
    title: say('review.title'),
    content: [
      backLink(`rank-${booth.contests.length}`, go),
      ...heading(say('review.title'), booth.title),
      ...booth.contests.flatMap((contest, index) => contestReview(contest, state().contests[index], index, go)),
      ...credentialReview(booth, state(), go),
      paragraph(say('review.next')),
      button(say('review.button'), () => go(next)),
    ],
  };
}

function contestReview(contest, choice, index, go) {
  const names = contest.candidates.map(({ name }) => name);
  const change = stepLink(say('review.change'), `rank-${index + 1}`, go, say('review.change.of', { contest: contest.title }));
  return [
    el('div', { class: 'booth-review__head' }, subheading(contest.title), change),
    paragraph(describeBallot(choice, names)),
    facts(rows(choice, names)),
  ];
}

/** A typed credential can be changed; one that the server handed to the page cannot. */
function credentialReview(booth, { credential }, go) {
  if (!credential || booth.credential) {
    return [];
  }
  const change = stepLink(say('review.change'), 'credential', go, say('review.change.credential'));
  return [el('div', { class: 'booth-review__head' }, subheading(say('credential.title')), change),
    paragraph(say('review.credential'))];
}

function rows({ ranks, blank, order }, names) {
  if (blank) {
    return [[say('review.blank'), listNames(order.map((candidate) => names[candidate]))]];
  }
  const ladder = groups(ranks, order).map((group, index) => [place(index + 1), tiedNames(group, names)]);
  const rest = unranked(ranks, order);
  return rest.length ? [...ladder, [say('review.unranked'), listNames(rest.map((candidate) => names[candidate]))]] : ladder;
}

function tiedNames(group, names) {
  const text = listNames(group.map((candidate) => names[candidate]));
  return group.length > 1 ? say('review.tied', { names: text }) : text;
}
