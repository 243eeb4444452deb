import { IGNORE_FILE, isIgnored, readIgnore, type IgnoreRules } from '@/lib/domain/archive/ignore'
import { tooLarge, type UploadLimits } from '@/lib/domain/archive/limits'

// A folder of the person's computer, as a drop or a file field gives it, without what its .gitignore files leave out.

/** What was dropped, or everything below a folder that was chosen. */
export type GivenFolder = { entry: FileSystemDirectoryEntry } | { files: readonly File[] }
export type FolderFile = { path: string; file: File }
export type ReadFolder = { name: string; files: readonly FolderFile[]; sizeBytes: number }

/** A sentence for the person, in the shape of what the platform refuses with. */
export function refusal(message: string): Error & { code: 'invalid_input' } {
  return Object.assign(new Error(message), { code: 'invalid_input' as const })
}

/** Reads which files are sent. Throws a sentence when it is more than may be uploaded, or nothing. */
export async function readFolder(given: GivenFolder, limits: UploadLimits, signal: AbortSignal): Promise<ReadFolder> {
  const name = 'entry' in given ? given.entry.name : (given.files[0]?.webkitRelativePath.split('/')[0] ?? 'folder')
  const files: FolderFile[] = []
  let sizeBytes = 0
  for await (const found of 'entry' in given ? dropped(given.entry) : chosen(given.files)) {
    signal.throwIfAborted()
    files.push(found)
    sizeBytes += found.file.size
    const problem = tooLarge({ files: files.length, unpackedBytes: sizeBytes }, limits)
    if (problem !== null) throw refusal(problem)
  }
  if (files.length === 0) throw refusal(`There is nothing to upload in ${name}: it is empty, or its .gitignore leaves everything out.`)
  return { name, files, sizeBytes }
}

async function* dropped(root: FileSystemDirectoryEntry): AsyncGenerator<FolderFile> {
  const pending: { folder: FileSystemDirectoryEntry; at: string; rules: readonly IgnoreRules[] }[] = [{ folder: root, at: '', rules: [] }]
  for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
    const entries = await entriesOf(next.folder)
    const ignore = entries.find((entry): entry is FileSystemFileEntry => entry.isFile && entry.name === IGNORE_FILE)
    const rules = ignore ? [...next.rules, readIgnore(next.at, await (await fileOf(ignore)).text())] : next.rules
    for (const entry of entries) {
      const path = next.at === '' ? entry.name : `${next.at}/${entry.name}`
      if (isIgnored(path, entry.isDirectory, rules)) continue
      if (entry.isDirectory) pending.push({ folder: entry as FileSystemDirectoryEntry, at: path, rules })
      else yield { path, file: await fileOf(entry as FileSystemFileEntry) }
    }
  }
}

async function* chosen(all: readonly File[]): AsyncGenerator<FolderFile> {
  const files = all.map((file) => ({ path: file.webkitRelativePath.split('/').slice(1).join('/'), file }))
  const rules = new Map<string, IgnoreRules>()
  for (const { path, file } of files) if (file.name === IGNORE_FILE) rules.set(folderOf(path), readIgnore(folderOf(path), await file.text()))
  const folders = new Map<string, boolean>([['', false]])
  const rulesAbove = (path: string) => ['', ...path.split('/').slice(0, -1).map((_, depth, parts) => parts.slice(0, depth + 1).join('/'))].flatMap((folder) => rules.get(folder) ?? [])
  const isOut = (folder: string): boolean => {
    const known = folders.get(folder)
    if (known !== undefined) return known
    const out = isOut(folderOf(folder)) || isIgnored(folder, true, rulesAbove(folder))
    folders.set(folder, out)
    return out
  }
  for (const found of files) if (!isOut(folderOf(found.path)) && !isIgnored(found.path, false, rulesAbove(found.path))) yield found
}

function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : ''
}

/** A browser gives some at a time, until there are none. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader()
  const all: FileSystemEntry[] = []
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject)).catch(unreadable(folder.fullPath))
    if (some.length === 0) return all.sort((a, b) => (a.name < b.name ? -1 : 1))
    all.push(...some)
  }
}

async function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise<File>((resolve, reject) => entry.file(resolve, reject)).catch(unreadable(entry.fullPath))
}

export function unreadable(path: string): () => never {
  return () => {
    throw refusal(`${path.replace(/^\//, '')} could not be read. It was moved or changed, or this browser may not read it. Leave it out with a .gitignore, or add the folder again.`)
  }
}
