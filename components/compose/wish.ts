import type { z } from 'zod'

import { usesSsh } from '@/components/project/source-choice'
import type { environmentCompose } from '@/lib/contract/doors'

type Input = z.input<NonNullable<typeof environmentCompose.input>>

/** What is drawn of a file: its text, and what it asks for. */
export type ComposeWish = Pick<Input, 'text' | 'values' | 'profiles' | 'repository'>

type Given = { text: string; values: Readonly<Record<string, string>>; profiles: readonly string[]; repository: { url: string; ref: string; rootDirectory: string; sshKeyId: string } }

/** The wish of what was typed: a value that is left empty is not given. */
export function wishOf({ text, values, profiles, repository }: Given): ComposeWish {
  const { url, ref, rootDirectory, sshKeyId } = repository
  const given = url.trim() === '' ? null : { url: url.trim(), ...(ref.trim() === '' ? {} : { ref: ref.trim() }), ...(rootDirectory.trim() === '' ? {} : { rootDirectory: rootDirectory.trim() }), ...(sshKeyId === '' || !usesSsh(url) ? {} : { sshKeyId }) }
  return { text, values: Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '')), profiles: [...profiles], ...(given ? { repository: given } : {}) }
}
