/**
 * What became of an attempt. `away`: it may work later. `refused`: it will not until somebody changes something. `too_large` and `not_taken`: it is
 * about these lines, and fewer of them may be taken.
 */
export type Outcome =
  | { ok: true; /** What was said, as a sentence. */ answer: string; /** Lines that were not taken although the others were. */ rejected?: { lines: number; message: string } }
  | { ok: false; fault: 'away' | 'refused' | 'too_large' | 'not_taken'; answer: string; /** How long the other side asks to be left alone. */ askedMs: number | null }

export function away(answer: string): Outcome {
  return { ok: false, fault: 'away', answer, askedMs: null }
}
