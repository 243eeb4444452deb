import { posix } from 'node:path'

/** Names that a Dockerfile asks for. */
export type Wants = { args: ReadonlySet<string>; secrets: ReadonlySet<string> }

/** What a Dockerfile names with `ARG` and `--mount=type=secret`, in whatever order BuildKit takes their parts. Pure. */
export function wantsOf(dockerfile: string): Wants {
  const text = dockerfile.replace(/\\[ \t]*\r?\n/g, ' ')
  const args = Array.from(text.matchAll(/^\s*ARG\s+(.+)$/gim), ([, list]) => list!.split(/\s+/).map((word) => word.split('=')[0]!))
  const secrets = Array.from(text.matchAll(/--mount=(?:"([^"]*)"|'([^']*)'|(\S+))/g), ([, double, single, bare]) => secretOf(double ?? single ?? bare ?? ''))
  return { args: new Set(args.flat()), secrets: new Set(secrets.filter((id) => id !== null)) }
}

/** The secret of a mount; null of another kind. Without an id it is called as the file that it becomes. */
function secretOf(mount: string): string | null {
  const options = new Map(mount.split(',').map((part): [string, string] => [part.split('=')[0]!.trim().toLowerCase(), part.slice(part.indexOf('=') + 1).trim()]))
  if (options.get('type') !== 'secret') return null
  const target = options.get('target') ?? options.get('dst') ?? options.get('destination')
  return options.get('id') ?? (target === undefined ? null : posix.basename(target))
}
