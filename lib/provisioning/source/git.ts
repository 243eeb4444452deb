import { runCommand, type CommandResult } from '../process/run-command'

export type GitRun = { code: number | null; timedOut: boolean; stdout: string[]; stderr: string[] }

export type Git = (args: readonly string[], options?: { timeoutMs?: number; env?: Record<string, string>; cwd?: string }) => Promise<GitRun>

const QUICK_MS = 60_000
const MAX_LINES = 50_000

/** A function that runs git with this environment. Rejects with the abort reason when `signal` fires. */
export function gitIn(context: { cwd: string; env: Record<string, string>; signal: AbortSignal }): Git {
  return async (args, options = {}) => {
    const output = { stdout: [] as string[], stderr: [] as string[] }
    const result: CommandResult = await runCommand({
      argv: ['git', ...args],
      cwd: options.cwd ?? context.cwd,
      env: { ...context.env, ...options.env },
      signal: context.signal,
      timeoutMs: options.timeoutMs ?? QUICK_MS,
      onLine: (stream, text) => void (output[stream].length < MAX_LINES && output[stream].push(text)),
    })
    context.signal.throwIfAborted()
    return { code: result.code, timedOut: result.timedOut, ...output }
  }
}
