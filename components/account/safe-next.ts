import { paths } from '@/components/paths'

/** Where to go after signing in: only a path of this site, never another host. */
export function safeNext(next: string | string[] | undefined): string {
  if (typeof next !== 'string' || !/^\/(?![/\\])/.test(next) || /[\p{Cc}\\]/u.test(next)) return paths.projects()
  return next
}
