import type { TokenScope } from '@/lib/domain/permission'

/** The one table of words for what a token may do. */
export const SCOPE_WORDS: Record<TokenScope, { word: string; may: string }> = {
  read: { word: 'Read', may: 'Look at everything, change nothing.' },
  deploy: { word: 'Deploy', may: 'Read, and deploy, cancel and roll back.' },
  write: { word: 'Write', may: 'Deploy, and draw, change and delete services.' },
  admin: { word: 'Admin', may: 'Everything your role may do.' },
}
