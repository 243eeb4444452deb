import type { Recipe } from '@/lib/contract/recipe'

export type DetectedCommands = { install: string; build: string; start: string; output: string }

/** What is done when nothing is overridden, for the placeholders. */
export function detectedCommands(recipe: Recipe | null): DetectedCommands {
  if (recipe === null) return { install: 'Detected when the source is read', build: 'Detected when the source is read', start: 'Detected when the source is read', output: 'Only for static sites' }
  const line = (commands: Recipe['install']) => commands.map((command) => command.argv.join(' ')).join(' && ') || 'Nothing to do'
  return {
    install: line(recipe.install),
    build: line(recipe.build),
    start: recipe.start.kind === 'command' ? recipe.start.argv.join(' ') : 'Served as files',
    output: recipe.start.kind === 'files' ? recipe.start.directory || '.' : 'Only for static sites',
  }
}
