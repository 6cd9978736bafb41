/** The window's title with the number of conversations that wait in front of it. */
export function titled(title: string, waiting: number) {
  const plain = title.replace(/^\(\d+\+?\) /, '')
  return waiting > 0 ? `(${waiting > 99 ? '99+' : waiting}) ${plain}` : plain
}
