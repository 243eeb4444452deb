import { LONGEST } from '@/lib/domain/compose/limits'

/** What was chosen, dropped or pasted as a compose file. */
export type ComposeText = { name: string | null; text: string }

/** The text of a file; a sentence when it cannot be one of a compose file. */
export async function readComposeFile(file: File): Promise<ComposeText | string> {
  if (file.size > LONGEST) return `${file.name} has ${Math.ceil(file.size / 1024).toLocaleString('en')} KB. A compose file has at most ${LONGEST / 1024} KB.`
  let bytes: ArrayBuffer
  try {
    bytes = await file.arrayBuffer()
  } catch {
    return `${file.name} could not be read. Choose it again.`
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return text.trim() === '' ? `${file.name} is empty. Choose another file.` : { name: file.name, text }
  } catch {
    return `${file.name} is not a text. Choose a compose file, such as compose.yaml.`
  }
}
