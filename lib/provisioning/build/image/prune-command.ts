import type { Recipe, RecipeCommand } from '../../../contract/recipe'

/**
 * What takes the packages of development out again after a build, by who installed them. Null where nothing was installed, and
 * for those that would install anew for it, which undoes what packages with native parts have built: Yarn, and pnpm in a workspace.
 */
export function pruneCommand({ packageManager, install }: Pick<Recipe, 'packageManager' | 'install'>): RecipeCommand | null {
  const [first] = install
  if (first === undefined) return null
  if (packageManager === 'npm' && first.argv[0] === 'npm') {
    // Named, because the build says in its environment that those of development are wanted.
    return { argv: ['npm', 'prune', '--omit=dev', '--include=prod', '--ignore-scripts', '--no-audit', '--no-fund'], env: {}, ...(first.directory === undefined ? {} : { directory: first.directory }) }
  }
  const [npx, , pnpm] = first.argv
  const isOurPnpm = packageManager === 'pnpm' && npx === 'npx' && pnpm?.startsWith('pnpm@')
  return isOurPnpm && first.directory === undefined ? { argv: [...first.argv.slice(0, 3), 'prune', '--prod'], env: { CI: 'true' } } : null
}
