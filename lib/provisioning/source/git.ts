import { DeploymentFailure } from '../../domain/failure'
import { runCommand, type CommandBounds, type CommandResult } from '../process/run-command'

export type GitRun = { code: number | null; timedOut: boolean; stdout: string[]; stderr: string[] }

/** What all of them came to, in order; throws the first error. Nothing is at work any more when it returns. */
export async function allEnded<const T extends readonly unknown[]>(work: T): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(work)
  return Promise.all(work)
}

export type Git = (args: readonly string[], options?: { timeoutMs?: number; env?: Record<string, string>; cwd?: string }) => Promise<GitRun>

const QUICK_MS = 60_000
const MAX_LINES = 50_000
const DISK = /no space left on device|disk quota exceeded/i

/** A function that runs git with this environment. Rejects with the abort reason when `signal` fires, and for a full disk. */
export function gitIn(context: { cwd: string; env: Record<string, string>; signal: AbortSignal; bounds?: CommandBounds | undefined }): Git {
  return async (args, options = {}) => {
    const output = { stdout: [] as string[], stderr: [] as string[] }
    const result: CommandResult = await runCommand({
      ...context.bounds,
      argv: ['git', ...args],
      cwd: options.cwd ?? context.cwd,
      env: { ...context.env, ...options.env },
      signal: context.signal,
      timeoutMs: options.timeoutMs ?? QUICK_MS,
      onLine: (stream, text) => void (output[stream].length < MAX_LINES && output[stream].push(text)),
    })
    context.signal.throwIfAborted()
    const full = result.code === 0 ? undefined : output.stderr.find((line) => DISK.test(line))
    if (full !== undefined) throw new DeploymentFailure('disk_full', `There is no space left on the disk for the source. Git says: ${full.slice(0, 300)}`)
    return { code: result.code, timedOut: result.timedOut, ...output }
  }
}
