import { mergeEnvironments, mergedValues, newEnvironment } from './environment.ts'
import type { LoadRun } from './load-run.ts'
import type { Environment } from './spec.ts'
import type { State } from './state.ts'
import { environmentData } from './template-data.ts'
import type { WorkingFolder } from './working-folder.ts'

/**
 * Renders a part as helmfile 0.x did: once with what is known, in which missing values are nothing and nothing is run, to learn the environment that the part itself defines; then with its
 * values. Upstream: twoPassRenderTemplateToYaml of helmfile 0.x.
 * @param load parses a rendering and loads its environment
 */
export async function renderOldPart(
  run: LoadRun, folder: WorkingFolder, basePath: string, text: string, load: (text: string) => Promise<State>, env: Environment | undefined, override: Environment | undefined,
): Promise<string> {
  const known = mergeEnvironments(env ?? newEnvironment(run.environment), override)!
  const namespace = run.options.namespace ?? ''
  const data = (seen: Environment): ReturnType<typeof environmentData> => environmentData(seen, namespace, mergedValues(seen))
  let learned: Environment | undefined
  try {
    learned = (await load(await run.renderer.render(folder, basePath, text, data(known), true))).env
  } catch {
    // Without values the text is no state yet: what is known has to do.
  }
  const seen = learned === undefined ? known : mergeEnvironments(learned, override)!
  return await run.renderer.render(folder, basePath, text, data(seen))
}
