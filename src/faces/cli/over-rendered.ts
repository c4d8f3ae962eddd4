import type { CommandContext } from './command.ts'
import { postRenderers } from './post-renderer-names.ts'
import type { PostRender } from './post-renderer.ts'

/** The post-renderer of the command line, loaded where there is one. */
export const overRendered = async (context: CommandContext): Promise<PostRender | undefined> =>
  (postRenderers(context.flags).length > 0 ? (await import('./post-renderer.ts')).postRendererOf(context) : undefined)
