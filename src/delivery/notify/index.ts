/**
 * Owns telling people and systems where a release stands: Slack, webhooks, GitHub, pagers; one message a release, kept up to date from any machine.
 * Refuses to decide anything and to fail a release: what could not be told is a value. It holds no secret of a chart: whoever makes a notice has taken them out.
 */
export type { Channel, Delivery } from './channel.ts'
export { noticeId, phases } from './notice.ts'
export type { Notice, Phase } from './notice.ts'
export { noticePhase, rolloutNotice } from './rollout-notice.ts'
export type { RolloutNotice } from './rollout-notice.ts'
export { Notices } from './notices.ts'
export { openChannels } from './open-channels.ts'
export { readNotify } from './settings.ts'
export type { ChannelSettings } from './settings.ts'
