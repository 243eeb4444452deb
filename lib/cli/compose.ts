import { readFile } from 'node:fs/promises'

import type { ComposeView } from '../contract/compose'
import { CallError } from './client'
import { print, tell } from './print'
import type { Special } from './special-command'

const collect = (value: string, former: string[] = []) => [...former, value]

/** `easel compose <environmentId> compose.yaml`: a file in place of its text, and what is drawn in place of JSON. */
export const composeSpecial: Special = {
  extend: (command) =>
    command
      .argument('[file]', 'a compose file; standard input when neither this nor --text is given')
      .option('--set <pair>', 'NAME=value that the file asks for', collect)
      .option('--profile <name>', 'draw the services of this profile as well', collect)
      .option('--git <url>', 'repository that services with `build` are built from')
      .option('--ref <ref>', 'branch, tag or commit of --git')
      .option('--root-directory <folder>', 'folder of --git that the file is in'),
  async prepare(input, options) {
    const { pairs: file, set, profile, git, ref, rootDirectory } = options as { pairs?: string; set?: string[]; profile?: string[]; git?: string; ref?: string; rootDirectory?: string }
    input.text ??= await textOf(file)
    if (set !== undefined) input.values = Object.fromEntries(set.map(toPair))
    if (profile !== undefined) input.profiles = profile
    if (git !== undefined) input.repository = { url: git, ...(ref === undefined ? {} : { ref }), ...(rootDirectory === undefined ? {} : { rootDirectory }) }
  },
  async finish(output, options) {
    const isPreview = options.preview !== undefined && options.preview !== 'false'
    const { problems, notes, asks, services, volumes } = output as ComposeView
    for (const { name, kind, differences } of services) print(`+ ${kind} ${name}${sourceWords(differences)}`)
    for (const { name, service, path } of volumes) print(`+ volume ${name} at ${path} of ${service}`)
    for (const { service, line, message } of notes) tell(`${[service, line === null ? null : `line ${line}`].filter((part) => part !== null).join(', ') || 'file'}: ${message}`)
    for (const ask of isPreview ? asks : []) tell(`${ask.name}: ${ask.required ? 'needed' : ask.default === null ? 'asked for, empty unless it is given' : `asked for, ${ask.default} unless it is given`}. Give it with --set ${ask.name}=…`)
    for (const { line, column, message } of problems) tell(`Line ${line}, column ${column}: ${message}`)
    tell(`${services.length} ${services.length === 1 ? 'service' : 'services'}, ${volumes.length} ${volumes.length === 1 ? 'volume' : 'volumes'}.${isPreview ? ' Nothing was drawn.' : ''}`)
    return problems.length > 0 ? 1 : 0
  },
}

async function textOf(file: string | undefined): Promise<string> {
  if (file !== undefined) return readFile(file, 'utf8')
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

function toPair(text: string): [string, string] {
  const at = text.indexOf('=')
  if (at <= 0) throw new CallError(`"${text}" is not NAME=value.`, 400)
  return [text.slice(0, at), text.slice(at + 1)]
}

function sourceWords(differences: ComposeView['services'][number]['differences']): string {
  const source = differences.find(({ field }) => field === 'source')?.after
  return source ? ` (${source})` : ''
}
