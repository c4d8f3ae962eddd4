import { openChannels, readNotify, type Channel } from '../../../delivery/notify/index.ts'
import { readProject } from '../../../delivery/plan/index.ts'
import { faultIn } from '../../../delivery/settings/index.ts'
import type { Command } from '../command.ts'
import { outputFlag, projectFlags } from '../flag-sets.ts'
import { usage } from '../flags.ts'
import { notifyClient } from '../notify-client.ts'
import { environmentOf, serviceOf } from '../release-target.ts'
import { printStructured } from '../structured.ts'
import { table } from '../table.ts'

/** `pintle notify test` */
export const notifyTest: Command = {
  use: 'notify test [SERVICE] [flags]',
  long: `Tries every channel that pintle.yaml names for a service in an environment: that the variables are set, the tokens are valid, the channel is there. Slack gets a test
message, webhooks a ping; at GitHub it is only read. Pagers are left out, unless --page is given: an incident is opened and closed then.

Exit code 1 when any of them cannot tell.`,
  examples: `pintle notify test checkout-api -e prod
pintle notify test checkout-api -e prod --page`,
  flags: [
    ...projectFlags,
    { name: 'page', type: 'bool', usage: 'try the pagers, too' },
    outputFlag,
  ],
  globals: false,
  args: [0, 1],
  completes: ['name'],
  interrupts: 'cancel',
  async run(context) {
    const { flags, args, out, signal } = context
    const { project } = readProject(flags.string('config'))
    const service = serviceOf(project, args[0], flags.string('config'))
    const environment = environmentOf(project.environments, flags.string('environment'))
    const settings = [
      ...readNotify(service.notify, faultIn(project.file, ['services', service.name, 'notify'])),
      ...(environment === undefined ? [] : readNotify(environment.notify, faultIn(project.file, ['environments', environment.name, 'notify']))),
    ]
    if (settings.length === 0) throw usage(`${service.name}${environment ? ` in ${environment.name}` : ''} tells nobody`, 'notify: [{slack: "#deploys"}] of the service or the environment.')
    const http = notifyClient()
    try {
      const channels = openChannels(settings, { env: process.env, http })
      const results = await Promise.all(channels.map((channel) => tried(channel, flags.bool('page'), signal)))
      if (!printStructured(context, () => results)) out.write(table([['CHANNEL', 'RESULT', 'DETAIL'], ...results.map((r) => [r.channel, r.result, r.detail])]))
      return results.some((r) => r.result === 'failed') ? 1 : 0
    } finally {
      http.close()
    }
  },
}

async function tried(channel: Channel, page: boolean, signal: AbortSignal): Promise<{ channel: string; result: 'ok' | 'failed' | 'left out'; detail: string }> {
  const { name } = channel
  if (!page && channel.pages === true) return { channel: name, result: 'left out', detail: '--page tries it' }
  try {
    return { channel: name, result: 'ok', detail: await channel.test(AbortSignal.any([signal, AbortSignal.timeout(30_000)])) }
  } catch (error) {
    signal.throwIfAborted()
    return { channel: name, result: 'failed', detail: (error as Error).message }
  }
}
