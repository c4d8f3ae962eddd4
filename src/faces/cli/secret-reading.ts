import { postRenderers } from './post-renderer-names.ts'
import type { SecretReading } from '../../charts/chart/index.ts'
import type { CommandContext } from './command.ts'

/** How the values of a command line read secrets: by its variables, with its cluster. */
export function secretReading(context: Pick<CommandContext, 'settings' | 'out' | 'signal' | 'shared' | 'flags'>): SecretReading {
  const { flags, settings, out } = context
  return {
    env: settings.env,
    evaluateReferences: flags.has('evaluate-references') && flags.bool('evaluate-references'),
    // What speaks to a cluster is loaded when a reference asks for one.
    readObject: async (address, options) => (await import('./kubernetes-reader.ts')).kubernetesReader(context)(address, options),
    note: (text) => out.note(text),
  }
}

/** Whether something is to change what was rendered. */
export const isPostRendered = ({ flags, settings }: Pick<CommandContext, 'flags' | 'settings'>): boolean => postRenderers(flags).length > 0 || evaluatesTemplates(settings)

/** Whether references in what was rendered are replaced. */
export const evaluatesTemplates = ({ env }: CommandContext['settings']): boolean => env.HELM_SECRETS_EVALUATE_TEMPLATES === 'true'
