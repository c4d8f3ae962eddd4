import { bounded, boundedLines, headline, rows, stepLines, type Notice, type Phase } from './notice.ts'

const emoji: Readonly<Record<Phase, string>> = { waiting: 'raised_hand', started: 'hourglass_flowing_sand', progressing: 'hourglass_flowing_sand', paused: 'raised_hand', deployed: 'white_check_mark', failed: 'x', 'rolled-back': 'leftwards_arrow_with_hook' }

type Element = { readonly type: 'text'; readonly text: string; readonly style?: { readonly bold?: true; readonly code?: true } } | { readonly type: 'emoji'; readonly name: string } | { readonly type: 'link'; readonly url: string; readonly text: string }

/** Text of Slack's own markup: three characters make mentions, links and channels (docs.slack.dev/messaging/formatting-message-text). */
const escapeMrkdwn = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** A message: rich text, in which nothing is markup, and the line that notifications show. */
export function slackMessage(notice: Notice): { text: string; blocks: object[] } {
  const elements: Element[] = [{ type: 'emoji', name: emoji[notice.phase] }, { type: 'text', text: ` ${bounded(headline(notice), 250)}`, style: { bold: true } }]
  for (const [name, value] of rows(notice)) {
    elements.push({ type: 'text', text: `\n${name}: ` }, name === 'run' && /^https?:\/\//.test(value) ? { type: 'link', url: value, text: 'CI run' } : { type: 'text', text: value })
  }
  const blocks: object[] = [section(elements)]
  if (notice.reason) blocks.push(preformatted(boundedLines(notice.reason, 1500)))
  if (notice.phase === 'failed') for (const step of notice.rollback.slice(0, 3)) blocks.push(section([{ type: 'text', text: `way back: ${bounded(step, 300)}` }]))
  return { text: escapeMrkdwn(bounded(headline(notice), 250)), blocks }
}

/** What stands in the thread below it. */
export function slackThread(notice: Notice): { text: string; blocks: object[] } {
  const lines = [headline(notice), ...stepLines(notice)]
  return { text: escapeMrkdwn(bounded(headline(notice), 250)), blocks: [section([{ type: 'text', text: boundedLines(lines.join('\n'), 2800) }])] }
}

const section = (elements: readonly Element[]): object => ({ type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] })
const preformatted = (text: string): object => ({ type: 'rich_text', elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: text || ' ' }] }] })
