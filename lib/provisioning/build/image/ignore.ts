import { lstat, readFile, realpath } from 'node:fs/promises'
import { join } from 'node:path'

import { isWithin } from '../../files/copy-tree'

/** What no image needs, where the source does not say. */
const USUAL = ['.git', '**/node_modules', '**/.DS_Store', '.env', '.env.*', '!.env.example', '!.env.production', '**/.next', '**/.nuxt', '**/.svelte-kit', '**/.turbo', '**/.cache', 'npm-debug.log']

/** The `.dockerignore` of a context: that of its Dockerfile alone, its own, or the usual; what we put beside the source always gets in. */
export async function ignoreText(context: string, own: string | null, dockerfile: string | null = null): Promise<{ text: string; isOwn: boolean }> {
  const given = (dockerfile === null ? null : await textOf(context, `${dockerfile}.dockerignore`)) ?? (await textOf(context, '.dockerignore'))
  const lines = [given ?? USUAL.join('\n'), ...(own === null ? [] : [`!${own}`, `!${own}/**`])]
  return { text: `${lines.join('\n')}\n`, isOwn: given !== null }
}

/** Null also of a link that leads out of the context: to a device, it would have no end. */
async function textOf(context: string, name: string): Promise<string | null> {
  const file = await realpath(join(context, name)).catch(() => null)
  if (file === null || !isWithin(file, await realpath(context)) || !(await lstat(file)).isFile()) return null
  return readFile(file, 'utf8')
}
