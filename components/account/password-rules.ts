/** The rules of `Password` in the contract, one by one, to be ticked off while typing. */
export const PASSWORD_RULES: readonly { words: string; holds: (password: string) => boolean }[] = [
  { words: 'At least 8 characters', holds: (password) => password.length >= 8 },
  { words: 'At most 72 bytes', holds: (password) => new TextEncoder().encode(password).length <= 72 },
]
