import { authLogin, authRegister } from '../contract/auth'
import { environmentCompose } from '../contract/compose'
import { deploymentCreate, deploymentLogs } from '../contract/deployment'
import type { Entry } from '../contract/entry'
import { metricQuery } from '../contract/metric'
import { projectCreate } from '../contract/project'
import { runLogs } from '../contract/run'
import { serviceCreate, serviceGet, serviceLogs, variableReplace } from '../contract/service'
import { sharedVariableExport, sharedVariableImport, sharedVariableReplace, variableExport, variableImport } from '../contract/variable'
import { volumeTransfer } from '../contract/volume'
import { terminalCreate, type TerminalPlace } from '../contract/terminal'
import { CallError, type Client } from './client'
import { composeSpecial } from './compose'
import { followDeployment, followLog } from './follow'
import { metricsSpecial } from './metrics'
import { print, tell } from './print'
import { askSecret } from './prompt'
import { forgetSignIn, keepSignIn } from './sign-in'
import type { Special } from './special-command'
import { VARIABLE_SPECIALS } from './variables'
import { carryFile } from './transfer'

// What the command line adds to the contract: friendlier ways to write an input, and what happens after the answer.

const signInAfter: Special = {
  async prepare(input) {
    input.password ??= await askSecret('Password: ')
  },
  async finish(output, _, client, folder) {
    const { accessToken, refreshToken, user } = output as { accessToken: string; refreshToken: string; user: { email: string } }
    await keepSignIn(folder, { url: client.url, accessToken, refreshToken, email: user.email })
    tell(`Signed in to ${client.url} as ${user.email}.`)
    return 0
  },
}

export const SPECIAL: Record<string, Special> = {
  [authLogin.name]: signInAfter,
  [authRegister.name]: signInAfter,
  'auth.logout': {
    async finish(_, __, ___, folder) {
      await forgetSignIn(folder)
      tell('Signed out.')
      return 0
    },
  },
  'auth.changePassword': {
    async prepare(input) {
      input.currentPassword ??= await askSecret('Present password: ')
      input.newPassword ??= await askSecret('New password: ')
    },
  },
  [serviceCreate.name]: {
    extend: (command) =>
      command
        .option('--git <url>', 'source: a git address')
        .option('--ref <ref>', 'branch, tag or commit of --git')
        .option('--local <folder>', 'source: a folder on the machine that runs Easel')
        .option('--template <template>', 'source: a bundled template')
        .option('--root-directory <folder>', 'folder inside the source'),
    prepare(input, options) {
      const { git, local, template, ref, rootDirectory } = options as Record<string, string | undefined>
      const inFolder = rootDirectory === undefined ? {} : { rootDirectory }
      if (git !== undefined) input.source = { type: 'git', url: git, ...(ref === undefined ? {} : { ref }), ...inFolder }
      else if (local !== undefined) input.source = { type: 'local', path: local, ...inFolder }
      else if (template !== undefined) input.source = { type: 'template', template }
      if (input.source === undefined) throw new CallError('Say where the code is: --git <url>, --local <folder> or --template <template>.', 400)
    },
  },
  [environmentCompose.name]: composeSpecial,
  [variableReplace.name]: VARIABLE_SPECIALS.replace,
  [sharedVariableReplace.name]: VARIABLE_SPECIALS.replaceShared,
  [variableExport.name]: VARIABLE_SPECIALS.export,
  [sharedVariableExport.name]: VARIABLE_SPECIALS.export,
  [variableImport.name]: VARIABLE_SPECIALS.import,
  [sharedVariableImport.name]: VARIABLE_SPECIALS.import,
  [volumeTransfer.name]: {
    extend: (command) => command.option('--file <file>', 'file on this machine to send, or to fetch into'),
    prepare(input, options) {
      options.action = input.action
    },
    async finish(output, { file, action }, client) {
      if (typeof file !== 'string') {
        print(`${client.url}${String(output.path)}`)
        return 0
      }
      return carryFile(client.url, { ...(output as { path: string; expiresAt: string }), action: String(action), file })
    },
  },
  [deploymentCreate.name]: {
    extend: (command) => command.option('--no-wait', 'return at once instead of following the deployment'),
    async finish(output, options, client) {
      const { id } = output as { id: string }
      tell(`Deployment ${id}`)
      if (options.wait === false) return 0
      return (await followDeployment(client, id)) ? 0 : 1
    },
  },
  [terminalCreate.name]: {
    extend: (command) => command.argument('[command...]', 'program and arguments, after --; without one, a shell'),
    prepare(input, options) {
      const argv = options.pairs as string[]
      if (argv.length > 0) input.argv = argv
    },
    async finish(output, _, client) {
      const { ticket, path, place } = output as { ticket: string; path: string; place: TerminalPlace }
      if (process.stdin.isTTY) tell(`In ${placeWords(place)}. Leave with Ctrl+].`)
      const { runTerminal } = await import('./terminal')
      return runTerminal({ url: `${client.url}${path}`, ticket }, { stdin: process.stdin, stdout: process.stdout, tell })
    },
  },
  [serviceLogs.name]: logs(serviceLogs),
  [deploymentLogs.name]: logs(deploymentLogs),
  [runLogs.name]: logs(runLogs),
  [metricQuery.name]: metricsSpecial,
  [projectCreate.name]: {
    async finish(output) {
      const { id, environments } = output as { id: string; environments: { id: string; name: string }[] }
      print(`Project ${id}`)
      for (const { id: environmentId, name } of environments) print(`Environment ${environmentId} (${name})`)
      return 0
    },
  },
}

function logs(entry: Entry): Special {
  return {
    extend: (command) => command.option('-f, --follow', 'go on printing lines as they come'),
    instead(input, options, client) {
      if (options.follow !== true) return null
      const end = new AbortController()
      process.once('SIGINT', () => end.abort())
      return followLog(client, entry, input, end.signal).then(() => 0)
    },
    async finish(output) {
      for (const { text } of (output as { lines: { text: string }[] }).lines) print(text)
      return 0
    },
  }
}

function placeWords({ part, deploymentNumber }: TerminalPlace): string {
  return `${/^\d+$/.test(part) ? `replica ${Number(part) + 1}` : part} of deployment ${deploymentNumber}`
}

/** The address of a service, for `easel open`. */
export async function addressOf(client: Client, serviceId: string): Promise<string> {
  return ((await client.call(serviceGet, { serviceId })) as { url: string }).url
}
