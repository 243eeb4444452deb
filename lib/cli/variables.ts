import { readFile } from 'node:fs/promises'

import type { Entry } from '../contract/entry'
import { variableList } from '../contract/service'
import { sharedVariableList } from '../contract/variable'
import { VARIABLE_SCOPES } from '../domain/variable-scope'
import { CallError, type Client } from './client'
import { print, tell } from './print'
import type { Options, Special } from './special-command'

// Variables on the command line: KEY=VALUE words, and the text of .env files.

const collect = (value: string, former: string[] = []) => [...former, value]

/** What the commands for variables take and print besides their contract. */
export const VARIABLE_SPECIALS = {
  replace: replaceWith(variableList, 'serviceId'),
  replaceShared: replaceWith(sharedVariableList, 'environmentId'),
  export: {
    async finish(output) {
      process.stdout.write((output as { text: string }).text)
      return 0
    },
  },
  import: {
    extend: (command) => command.option('--file <path>', 'a .env file; standard input when neither this nor --text is given'),
    async prepare(input, options) {
      input.text ??= options.file === undefined ? await readAll(process.stdin) : await readFile(options.file as string, 'utf8')
    },
    async finish(output, options) {
      const { added, changed, removed, unchanged } = output as Record<'added' | 'changed' | 'removed' | 'unchanged', string[]>
      for (const [mark, keys] of [['+', added], ['~', changed], ['-', removed]] as const) for (const key of keys) print(`${mark} ${key}`)
      const count = added.length + changed.length + removed.length
      tell(`${count} ${count === 1 ? 'change' : 'changes'}, ${unchanged.length} unchanged.${options.preview === undefined ? '' : ' Nothing was written.'}`)
      return 0
    },
  },
} satisfies Record<string, Special>

function replaceWith(list: Entry, field: 'serviceId' | 'environmentId'): Special {
  return {
    extend(command) {
      command
        .argument('[pairs...]', 'KEY=VALUE, kept as secrets')
        .option('--plain <pair>', 'KEY=VALUE that may be shown', collect)
        .option('--unset <key>', 'remove a variable', collect)
        .option('--replace', 'remove every variable that is not named')
      if (field === 'serviceId') command.option('--scope <pair>', `KEY=${VARIABLE_SCOPES.join(' | KEY=')}: when it is given`, collect)
    },
    async prepare(input, options, client) {
      if (input.variables !== undefined) return
      const kept = options.replace === true ? {} : await keepAll(client, list, { [field]: input[field] })
      const given = [...pairs(options.pairs as string[], true), ...pairs(options.plain as string[] | undefined, false)]
      const unset = (options.unset as string[] | undefined) ?? []
      const variables = Object.fromEntries([...Object.entries(kept), ...given].filter(([key]) => !unset.includes(key)))
      for (const [key, scope] of scopesOf(options)) {
        if (!Object.hasOwn(variables, key)) throw new CallError(`--scope ${key}=${scope}: there is no variable ${key}.`, 400)
        variables[key] = { ...(variables[key] as object), scope }
      }
      input.variables = variables
    },
  }
}

async function keepAll(client: Client, list: Entry, owner: Record<string, unknown>): Promise<Record<string, unknown>> {
  const { variables } = (await client.call(list, owner)) as { variables: { key: string; secret: boolean }[] }
  return Object.fromEntries(variables.map(({ key, secret }) => [key, { value: null, secret }]))
}

function scopesOf(options: Options): [string, string][] {
  return ((options.scope as string[] | undefined) ?? []).map((text) => text.split('=', 2) as [string, string])
}

function pairs(texts: string[] | undefined, secret: boolean): [string, unknown][] {
  return (texts ?? []).map((text) => {
    const at = text.indexOf('=')
    if (at <= 0) throw new CallError(`"${text}" is not KEY=VALUE.`, 400)
    return [text.slice(0, at), { value: text.slice(at + 1), secret }]
  })
}

async function readAll(stream: NodeJS.ReadStream): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
