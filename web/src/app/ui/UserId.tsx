/** A business-scoped user id: long, and only of use when it is copied. */
export function UserId({ id }: { id: string }) {
  return (
    <span className="mono" style={{ overflowWrap: 'anywhere', userSelect: 'all' }}>
      {id}
    </span>
  )
}
