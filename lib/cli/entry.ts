import { Command, CommanderError } from 'commander'

import { commandLineEnvironment } from '../config'
import { CONTRACT } from '../contract'
import type { Entry } from '../contract/entry'
import { CallError, makeClient, type Client } from './client'
import { fieldsOf, readField, wordsOf, type Field } from './fields'
import { print, render, tell } from './print'
import { readSignIn } from './sign-in'
import { addressOf, SPECIAL } from './special'
import type { Options } from './special-command'
import { up, type UpOptions } from './up'

// The contract as commands. Each entry is one; lib/cli/special.ts makes some of them friendlier.
// Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 Easel could not be reached.

const DEFAULT_URL = 'http://localhost:3000'

/** Runs one command line. Returns the exit code. */
export async function main(argv: string[]): Promise<number> {
  let exitCode = 0
  const program = new Command('easel').description('Draw your infrastructure, and it runs.').option('--url <url>', 'address of Easel (or EASEL_URL)').option('--json', 'print answers as JSON').exitOverride().showHelpAfterError()
  for (const entry of CONTRACT) addEntry(program, entry, (code) => (exitCode = code))
  addOpen(program)
  addUp(program, (code) => (exitCode = code))
  try {
    await program.parseAsync(argv, { from: 'user' })
    return exitCode
  } catch (error) {
    return explain(error)
  }
}

function addEntry(program: Command, entry: Entry, done: (code: number) => void): void {
  const { words, args } = wordsOf(entry)
  const command = nest(program, words).description(entry.summary)
  const fields = fieldsOf(entry)
  const special = SPECIAL[entry.name]
  for (const arg of args) command.argument(`<${arg}>`)
  special?.extend?.(command)
  const taken = new Set(command.options.map((option) => option.long))
  for (const field of fields) {
    if (!taken.has(`--${field.flag}`)) command.option(optionOf(field), field.choices?.join(' | '))
  }
  command.action(async (...given: unknown[]) => {
    const options: Options = { ...command.opts(), pairs: given[args.length] }
    const { client, folder } = await clientOf(program)
    const input: Record<string, unknown> = Object.fromEntries(args.map((arg, i) => [arg, given[i]]))
    for (const field of fields) {
      const value = command.opts()[field.name] as unknown
      const text = value === true && field.kind === 'boolean' ? 'true' : value
      if (typeof text === 'string' && !(special?.extend && taken.has(`--${field.flag}`))) input[field.name] = readField(field, text)
    }
    done(await runEntry({ entry, input, options, client, folder, asJson: program.opts().json === true }))
  })
}

/** `--hold` alone says yes. */
function optionOf({ flag, kind }: Field): string {
  return kind === 'boolean' ? `--${flag} [true|false]` : `--${flag} <${kind === 'text' ? 'value' : kind}>`
}

type EntryRun = { entry: Entry; input: Record<string, unknown>; options: Options; client: Client; folder: string; asJson: boolean }

async function runEntry({ entry, input, options, client, folder, asJson }: EntryRun): Promise<number> {
  const special = SPECIAL[entry.name]
  await special?.prepare?.(input, options, client)
  const instead = await special?.instead?.(input, options, client)
  if (typeof instead === 'number') return instead
  const output = await client.call(entry, input)
  if (special?.finish && !asJson) return special.finish(output as Record<string, unknown>, options, client, folder)
  print(asJson ? JSON.stringify(output, null, 2) : render(output))
  return 0
}

/** `service create` is the command `create` below `service`; both may exist with and without words behind them. */
function nest(program: Command, words: string[]): Command {
  return words.reduce((parent, word) => parent.commands.find((command) => command.name() === word) ?? parent.command(word).exitOverride(), program)
}

function addOpen(program: Command): void {
  program
    .command('open <serviceId>')
    .description('Print the address of a service')
    .action(async (serviceId: string) => print(await addressOf((await clientOf(program)).client, serviceId)))
}

function addUp(program: Command, done: (code: number) => void): void {
  program
    .command('up [folder]')
    .description('Upload a folder and deploy it: to the service it went to before, to --service, or as a new service of --environment')
    .exitOverride()
    .option('--service <serviceId>', 'service that is deployed from it')
    .option('--environment <environmentId>', 'environment that a new service is drawn in')
    .option('--name <name>', 'name of the new service')
    .option('--root-directory <folder>', 'folder of the app inside it')
    .option('--no-wait', 'return at once instead of following the deployment')
    .action(async (path: string | undefined, options: UpOptions) => done(await up(path ?? '.', options, await clientOf(program))))
}

async function clientOf(program: Command): Promise<{ client: Client; folder: string }> {
  const { url, token, folder } = commandLineEnvironment()
  const given = (program.opts().url as string | undefined) ?? url ?? (await readSignIn(folder))?.url ?? DEFAULT_URL
  return { client: makeClient({ url: given.replace(/\/+$/, ''), token, folder }), folder }
}

function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof CallError) {
    tell(error.message)
    for (const [field, message] of Object.entries(error.fields)) if (!error.message.includes(message)) tell(`  ${field}: ${message}`)
    if (error.status === 401) tell('Sign in with: easel login <email>')
    return error.status === 0 ? 3 : 1
  }
  tell(error instanceof Error ? error.message : String(error))
  return 2
}
