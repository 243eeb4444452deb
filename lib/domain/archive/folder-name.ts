/** What a folder is called as the name of its upload: without what a name may not have. */
export function folderName(raw: string): string {
  const clean = raw.replace(/[\p{C}{}$"]+/gu, '-').trim().slice(0, 60).replace(/\p{Cs}$/u, '').trim()
  return clean === '' ? 'folder' : clean
}
