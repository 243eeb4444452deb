/**
 * The most that each may hold so that all together hold no more than the budget: who holds less keeps all of it, and what
 * they leave is shared by the others. Infinity while everything fits. Pure.
 */
export function fairShare(held: readonly number[], budget: number): number {
  let left = budget
  const rising = [...held].sort((a, b) => a - b)
  for (const [index, amount] of rising.entries()) {
    const share = left / (rising.length - index)
    if (amount > share) return Math.floor(share)
    left -= amount
  }
  return Infinity
}
