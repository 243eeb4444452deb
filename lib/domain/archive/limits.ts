/** What an uploaded folder may hold at most. */
export type UploadLimits = { packedBytes: number; unpackedBytes: number; files: number }

/** Why a folder is too large to be uploaded, as a sentence; null when it is not. What is not known yet is left out. */
export function tooLarge(found: Partial<UploadLimits>, limits: UploadLimits): string | null {
  if (found.files !== undefined && found.files > limits.files) return `The folder has more than ${number(limits.files)} files, which is as many as an upload may have. ${REMEDY}`
  if (found.unpackedBytes !== undefined && found.unpackedBytes > limits.unpackedBytes) return `The files of the folder hold more than ${sizeWords(limits.unpackedBytes)}, which is as much as an upload may hold. ${REMEDY}`
  if (found.packedBytes !== undefined && found.packedBytes > limits.packedBytes) return `The folder is more than ${sizeWords(limits.packedBytes)} as an archive, which is as large as an upload may be. ${REMEDY}`
  return null
}

const REMEDY = 'Leave out what is made or fetched by the build with a .gitignore, or choose a smaller folder.'

/** Bytes in words, such as `1.4 MiB`. */
export function sizeWords(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`
  const [value, unit] = bytes >= 2 ** 30 ? [bytes / 2 ** 30, 'GiB'] : bytes >= 2 ** 20 ? [bytes / 2 ** 20, 'MiB'] : [bytes / 1024, 'KiB']
  return `${value >= 10 || Number.isInteger(value) ? Math.round(value) : value.toFixed(1)} ${unit}`
}

function number(count: number): string {
  return count.toLocaleString('en-US')
}
