import { ENGINES } from '../../../domain/engine/engines'
import type { Figures } from '../../../domain/engine/figures'
import { AppError, isAppError } from '../../../errors'
import type { Login } from '../data/explorer'
import { mysqlData } from '../data/mysql'
import { postgresData } from '../data/postgres'
import { asking } from '../data/redis'
import { RECIPES } from '../recipes'
import { RefusedByServer } from '../resp'
import type { FiguresPart } from './part'
import { readFigures, toldOf, type Told } from './read'

/** Seconds a statement may take. */
const LIMIT_S = 5

type Pair = readonly [unknown, unknown]

/** Runs a program where the server is; what it prints. */
export type Inside = (argv: readonly string[], signal: AbortSignal) => Promise<string>

/** How a database that runs is, by its own word. Throws a sentence when it does not answer. */
export async function askFigures(login: Login, inside: Inside | null, signal: AbortSignal): Promise<Figures> {
  const { figures } = RECIPES[login.engine]
  const told = await askTold({ login, figures, inside }, signal).catch((cause: unknown) => {
    if (signal.aborted) throw new AppError('unavailable', `${ENGINES[login.engine].word} does not say how it is: it did not answer in time. Its log may say why.`, { cause })
    throw cause
  })
  return readFigures(figures, told)
}

async function askTold({ login, figures, inside }: { login: Login; figures: FiguresPart; inside: Inside | null }, signal: AbortSignal): Promise<Told> {
  if ('statements' in figures) return toldOf(await byStatements(login, figures.statements, signal))
  if ('commands' in figures) return toldOf(await byCommands(login, figures.commands, signal))
  const { word } = ENGINES[login.engine]
  if (!inside) throw new AppError('not_now', `${word} is asked by a program of its image, and this target runs none.`)
  const printed = await inside(figures.program, signal).catch((cause: unknown) => {
    if (isAppError(cause)) throw cause
    throw new AppError('unavailable', `${word} did not say how it is: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  })
  return toldOf(pairsOf(printed, word))
}

async function byStatements(login: Login, statements: readonly string[], signal: AbortSignal): Promise<Pair[]> {
  const { run } = login.engine === 'postgres' ? postgresData : mysqlData
  const pairs: Pair[] = []
  for (const statement of statements) {
    const { rows } = await run({ ...login, limitS: LIMIT_S }, { statement, write: false }, signal)
    for (const [name, value] of rows) pairs.push([name, value])
  }
  return pairs
}

/** A command that is refused tells nothing: some who run a server forbid CONFIG. */
function byCommands(login: Login, commands: readonly (readonly string[])[], signal: AbortSignal): Promise<Pair[]> {
  return asking(login, signal, null, async (send) => {
    const pairs: Pair[] = []
    for (const command of commands) {
      const reply = await send(command).catch((cause: unknown) => {
        if (cause instanceof RefusedByServer) return null
        throw cause
      })
      if (Array.isArray(reply)) pairs.push(reply.map(textOf) as unknown as Pair)
      else for (const line of (textOf(reply) ?? '').split(/\r?\n/)) pairs.push(line.split(':', 2) as unknown as Pair)
    }
    return pairs
  })
}

function textOf(reply: unknown): string | null {
  if (typeof reply === 'number') return String(reply)
  const { bytes } = (reply ?? {}) as { bytes?: Buffer }
  return bytes?.toString('utf8') ?? null
}

function pairsOf(printed: string, word: string): Pair[] {
  try {
    return Object.entries(JSON.parse(printed.trim().split('\n').at(-1) ?? '') as object)
  } catch (cause) {
    throw new AppError('unavailable', `What ${word} said of itself is not understood.`, { cause })
  }
}
