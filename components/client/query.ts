import type { z } from 'zod'

import type { Door } from '@/lib/contract/entry'

import { ProblemError, asProblem } from './problem-error'

/** The address of a query with its input: path parameters in the path, the rest in the query string. */
export function queryUrl(entry: Door, input: Record<string, unknown>): string {
  const rest = new URLSearchParams()
  let path = entry.http.path
  for (const [key, value] of Object.entries(input)) {
    if (value === undefined) continue
    if (path.includes(`{${key}}`)) path = path.replace(`{${key}}`, encodeURIComponent(String(value)))
    else rest.set(key, String(value))
  }
  return `/api/v1${path}${rest.size > 0 ? `?${rest}` : ''}`
}

/** For somebody whose session ended while a page was open: a browser has no Authorization header to mend. */
const SIGNED_OUT = 'You are signed out. Sign in again in another tab, then try again here.'

/** After this long a question is put once more to which no answer came: a network that has changed carries it by then. */
const AGAIN_MS = 300

/** Runs a query of the contract over REST with the browser's session. Throws ProblemError. */
export async function fetchQuery<I extends z.ZodType, O extends z.ZodType>(entry: Door<I, O>, input: z.input<I>, signal?: AbortSignal): Promise<z.output<O>> {
  const url = queryUrl(entry, input as Record<string, unknown>)
  try {
    return (await ask(url, signal).catch(async (error: unknown) => {
      if (error instanceof ProblemError || signal?.aborted) throw error
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
      return ask(url, signal)
    })) as z.output<O>
  } catch (error) {
    if (signal?.aborted) throw error
    throw asProblem(error)
  }
}

async function ask(url: string, signal?: AbortSignal): Promise<unknown> {
  const response = await fetch(url, { headers: { accept: 'application/json' }, cache: 'no-store', signal: signal ?? null })
  const body: unknown = await response.json()
  if (response.ok) return body
  const problem = body as ConstructorParameters<typeof ProblemError>[0]
  throw new ProblemError(problem.code === 'unauthenticated' ? { ...problem, message: SIGNED_OUT } : problem)
}
