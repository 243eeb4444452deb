import { GitUrl, type Source } from '@/lib/contract/source'
import { parseReference } from '@/lib/domain/image-reference'

export type SourceChoice = 'git' | 'image' | 'template' | 'compose' | 'empty'

/** A name for a project from the address of its repository: `git@host:ada/shop.git` becomes `shop`. */
export function nameFromGitUrl(url: string): string {
  const last = url.trim().replace(/[/]+$/, '').split(/[/:]/).pop() ?? ''
  return last.replace(/\.git$/, '').replace(/[{}$"]/g, '').slice(0, 60)
}

/** A name for a project from an image: `ghcr.io/ada/shop:1.2` becomes `shop`. */
export function nameFromImage(reference: string): string {
  return (parseReference(reference.trim()).repository.split('/').at(-1) ?? '').slice(0, 60)
}

/** Whether an address needs an SSH key rather than a plain connection. */
export function usesSsh(url: string): boolean {
  return GitUrl.safeParse(url).success && !/^(https?|file):/.test(url.trim())
}

/** The git source of what was typed; empty fields are left out. */
export function gitSource(typed: { url: string; ref: string; rootDirectory: string; sshKeyId: string }): Source {
  return {
    type: 'git',
    url: typed.url.trim(),
    ...(typed.ref.trim() === '' ? {} : { ref: typed.ref.trim() }),
    ...(typed.rootDirectory.trim() === '' ? {} : { rootDirectory: typed.rootDirectory.trim() }),
    ...(typed.sshKeyId === '' || !usesSsh(typed.url) ? {} : { sshKeyId: typed.sshKeyId }),
  }
}

type TypedImage = { reference: string; registryId: string; isFollowed: boolean; hasWindow: boolean; from: string; to: string; timeZone: string }

/** The image source of what was typed. */
export function imageSource({ reference, registryId, isFollowed, hasWindow, from, to, timeZone }: TypedImage): Source {
  const follow = { window: hasWindow ? { from: from.trim(), to: to.trim(), timeZone: timeZone.trim() } : null }
  return { type: 'image', reference: reference.trim(), ...(registryId === '' ? {} : { registryId }), ...(isFollowed ? { follow } : {}) }
}
