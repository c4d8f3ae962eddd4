/** `node scripts/tools/install.ts [program...]`: builds the named real programs, or all of them, and prints their paths. */
import { ensureTool } from './ensure-tool.ts'
import { toolModules } from './tools.ts'
import type { ToolName } from './tools.ts'

const known = Object.values(toolModules).flatMap(m => Object.keys(m.packages)) as ToolName[]
const asked = process.argv.slice(2)
const unknown = asked.filter(name => !known.includes(name as ToolName))
if (unknown.length > 0) {
  process.stderr.write(`unknown program ${unknown.join(', ')}; there are: ${known.join(', ')}\n`)
  process.exit(1)
}
for (const name of asked.length > 0 ? (asked as ToolName[]) : known) {
  const path = await ensureTool(name)
  if (path !== undefined) process.stdout.write(`${name} ${path}\n`)
}
