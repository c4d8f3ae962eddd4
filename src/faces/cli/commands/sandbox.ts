import { sandboxDir, serveSandbox, stopSandbox, connectOrStartSandbox, runningSandbox } from '../../../cluster/sandbox/index.ts'
import type { Command } from '../command.ts'

/** `pintle sandbox` */
export const sandbox: Command = {
  use: 'sandbox [start|stop|status|reset] [flags]',
  long: `The embedded sandbox: a simulated Kubernetes API on this machine, for trying Pintle. Nothing in it runs: pods, jobs and services are
brought to their end states by small controllers, or to failures asked for by image names (an image with the word crash, does-not-exist,
config-error, oom, fail or slow). Where the definitions of External Secrets or Sealed Secrets are, Secrets are made of their objects.

Its kubeconfig works for kubectl and helm too. Every pintle command uses it with --sandbox or PINTLE_SANDBOX=1, and starts it when needed.
Without an argument it runs in the foreground until Ctrl-C.`,
  flags: [{ name: 'port', type: 'int', default: 0, usage: 'port to listen on, in the foreground; any free one when left out' }],
  args: [0, 1],
  async run({ args, flags, out, signal }) {
    const action = args[0]
    const told = (path: string) => out.line(`export KUBECONFIG=${path}`)
    if (action === 'stop' || action === 'reset') {
      const ran = await stopSandbox({ forget: action === 'reset' })
      out.note(ran ? 'the sandbox is stopped' : 'no sandbox was running')
      return 0
    }
    if (action === 'status') {
      const found = runningSandbox()
      out.note(found ? `a sandbox runs at ${found.url}` : 'no sandbox is running')
      if (found) told(found.kubeconfigPath)
      return found ? 0 : 1
    }
    if (action === 'start') {
      const { cluster, kubeconfigPath, started } = await connectOrStartSandbox({ signal })
      out.note(`${started ? 'started' : 'already running:'} a simulated cluster at ${cluster.server}`)
      cluster.close()
      told(kubeconfigPath)
      return 0
    }
    if (action !== undefined) {
      out.note(`Error: unknown action ${JSON.stringify(action)}: start, stop, status or reset`)
      return 1
    }
    const served = await serveSandbox({ ...(flags.number('port') > 0 ? { port: flags.number('port') } : {}), signal })
    out.note(`a simulated Kubernetes cluster at ${served.url}, until Ctrl-C`)
    told(served.kubeconfigPath)
    await served.ended
    return 0
  },
}

/** The hidden command that connectOrStartSandbox starts in the background. */
export const sandboxServer: Command = {
  use: '__sandbox-server DIR',
  long: 'Serves the sandbox of a folder. Internal.',
  flags: [],
  args: [0, 1],
  async run({ args }) {
    await (await serveSandbox({ dataDir: args[0] ?? sandboxDir(), idleMinutes: 120 })).ended
    return 0
  },
}
