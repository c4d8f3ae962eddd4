import { isMap, keyedMap, type Fault, type Path } from '../settings/index.ts'
import { meant } from '../../errors/index.ts'
import { argumentText } from './query-text.ts'
import { checkGateKeys, type Templates } from './gate-keys.ts'

/** Keys of a gate that are numbers: in a template they may be an argument. */
const numeric = new Set(['max', 'min', 'min_samples'])

/**
 * A gate as if its template had been written out: `{ template: NAME, args: { ... } }` beside keys of its own, which win.
 * A template is `NAME: { args: { queue: null, max: 100 }, query: ..., max: "{{ .Args.max }}" }`; an argument that is null must be given.
 * @returns the gate's keys, what `.Args` holds, and what makes errors: those of a key that is the template's are told at the gate
 * @throws what the faults make
 */
export function expandTemplate(entry: Record<string, unknown>, at: Path, { fault, templates }: { readonly fault: Fault; readonly templates: Templates | undefined }): { map: Record<string, unknown>; args: Record<string, unknown>; fault: Fault } {
  checkGateKeys(entry, ['template', 'args'], at, fault)
  const { template: wanted, args: given, ...own } = entry
  if (wanted === undefined) {
    if (given !== undefined) throw fault([...at, 'args'], 'args are of a template, and the gate names none')
    return { map: own, args: {}, fault }
  }
  const all = isMap(templates?.raw) ? templates.raw : {}
  if (typeof wanted !== 'string' || !Object.hasOwn(all, wanted)) throw fault([...at, 'template'], `there is no gate template ${JSON.stringify(String(wanted).slice(0, 100))}`, meant(String(wanted), Object.keys(all)))
  const template = all[wanted]
  if (!isMap(template)) throw templates!.fault([wanted], `gateTemplates.${wanted} must be a map`)
  const { args: declared = {}, ...body } = checkGateKeys(template, ['args'], ['gateTemplates', wanted], (path, ...rest) => templates!.fault(path.slice(1), ...rest))
  const args = argumentsOf(declared, given, wanted, at, fault, templates!.fault)
  const map: Record<string, unknown> = { name: wanted, ...body, ...own }
  for (const key of Object.keys(map)) if (numeric.has(key) && typeof map[key] === 'string') map[key] = numberOf(map[key], key, args, at, fault)
  return { map, args, fault }
}

function argumentsOf(declared: unknown, given: unknown, name: string, at: Path, fault: Fault, inTemplate: Fault): Record<string, unknown> {
  if (!isMap(declared)) throw inTemplate([name, 'args'], `gateTemplates.${name}.args must be a map of names and defaults`)
  const own = given === undefined ? {} : keyedMap(given, Object.keys(declared), { section: String(at[0]), at: [...at.slice(1), 'args'], fault: (path, ...rest) => fault([at[0]!, ...path], ...rest) })
  const args = { ...declared, ...own }
  for (const [key, value] of Object.entries(args)) {
    if (value === null || value === undefined) throw fault([...at, 'args'], `the template ${name} needs the argument ${key}`)
    if (!['string', 'number', 'boolean'].includes(typeof value)) throw fault([...at, 'args', key], `the argument ${key} must be a text, a number, or true or false`)
  }
  return args
}

function numberOf(template: string, key: string, args: Record<string, unknown>, at: Path, fault: Fault): number {
  let text: string
  try {
    text = argumentText(template, args)
  } catch (error) {
    throw fault([...at, key], `${key}: ${(error as Error).message}`)
  }
  const value = text === '' ? NaN : Number(text)
  if (!Number.isFinite(value)) throw fault([...at, key], `${key} comes to ${JSON.stringify(text.slice(0, 100))}, which is no number`)
  return value
}
