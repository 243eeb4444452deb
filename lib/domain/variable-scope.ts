/** When a service is given a variable: while it is built, while it runs, or both. */
export const VARIABLE_SCOPES = ['both', 'build', 'run'] as const
export type VariableScope = (typeof VARIABLE_SCOPES)[number]

/** The scopes in words. */
export const SCOPE_WORDS: Record<VariableScope, string> = { both: 'build and run', build: 'build only', run: 'run only' }

/** Whether a variable of this scope is there while a service is built, or runs. */
export function isGivenTo(scope: VariableScope | undefined, when: 'build' | 'run'): boolean {
  return scope === undefined || scope === 'both' || scope === when
}
