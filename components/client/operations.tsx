'use client'

import { createContext, use, useCallback, type ReactNode } from 'react'
import type { z } from 'zod'

import type { Door } from '@/lib/contract/entry'

import { ProblemError, asProblem } from './problem-error'

type Outcome = { ok: true; output: unknown } | { ok: false; problem: ConstructorParameters<typeof ProblemError>[0] }
type Run = (name: string, input: unknown, idempotencyKey?: string) => Promise<Outcome>

const OperationsContext = createContext<Run | null>(null)

/** Hands the server action to everything below: components know operations, not routes. */
export function OperationsProvider({ run, children }: { run: Run; children: ReactNode }) {
  return <OperationsContext value={run}>{children}</OperationsContext>
}

export type RunOperation = <I extends z.ZodType, O extends z.ZodType>(entry: Door<I, O>, input: z.input<I>) => Promise<z.output<O>>

/** A function that runs a command of the contract as the signed-in person. It throws ProblemError. */
export function useRun(): RunOperation {
  const run = use(OperationsContext)
  if (!run) throw new Error('useRun needs an OperationsProvider above it.')
  return useCallback(
    async (entry, input) => {
      let outcome: Outcome
      try {
        outcome = await run(entry.name, input, crypto.randomUUID?.())
      } catch (error) {
        throw asProblem(error)
      }
      if (!outcome.ok) throw new ProblemError(outcome.problem)
      return outcome.output as never
    },
    [run],
  )
}
