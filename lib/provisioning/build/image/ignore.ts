import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What no image needs, where the source does not say. */
const USUAL = ['.git', '**/node_modules', '**/.DS_Store', '.env', '.env.*', '!.env.example', '!.env.production', '**/.next', '**/.nuxt', '**/.svelte-kit', '**/.turbo', '**/.cache', 'npm-debug.log']

/** The `.dockerignore` of a context: its own, or the usual; what we put beside the source always gets in. */
export async function ignoreText(context: string, own: string | null): Promise<{ text: string; isOwn: boolean }> {
  const given = await readFile(join(context, '.dockerignore'), 'utf8').catch(() => null)
  const lines = [given ?? USUAL.join('\n'), ...(own === null ? [] : [`!${own}`, `!${own}/**`])]
  return { text: `${lines.join('\n')}\n`, isOwn: given !== null }
}
