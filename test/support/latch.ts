/** A moment that one part of a test waits for and another brings about. */
export interface Latch {
  readonly opened: Promise<void>
  open (): void
}

export function createLatch (): Latch {
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => { open = resolve })
  return { opened, open }
}
