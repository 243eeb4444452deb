const BLOCK = 512

/** An archive of one folder and nothing in it: unpacked over one that is there, it gives that to somebody. */
export function tarOfFolder(path: string, { uid, gid }: { uid: number; gid: number }): Buffer {
  const header = Buffer.alloc(BLOCK)
  const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, '0')}\0`
  const fields: [number, string][] = [[0, `${path}/`], [100, octal(0o755, 8)], [108, octal(uid, 8)], [116, octal(gid, 8)], [124, octal(0, 12)], [136, octal(0, 12)], [148, ' '.repeat(8)], [156, '5'], [257, 'ustar\0' + '00']]
  for (const [at, text] of fields) header.write(text, at, 'latin1')
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  // Two empty blocks end it.
  return Buffer.concat([header, Buffer.alloc(2 * BLOCK)])
}
